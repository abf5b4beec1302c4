import { expect, test } from 'vitest'
import { attemptsText, durationText, spoken } from './overlay'
import { present } from './present'
import { build } from './test/build'

test('durations', () => {
  const texts = [0, 840, 3200, 59_960, 65_000, 3_600_000, 7_800_000, 273_600_000].map(durationText)
  expect(texts).toEqual(['0 ms', '840 ms', '3.2 s', '1 min', '1 min 5 s', '1 h', '2 h 10 min', '3 d 4 h'])
})

test('attempts are said from the second on', () => {
  expect(attemptsText({ status: 'running', entries: 1, attempts: 1, maxAttempts: 3 })).toBeUndefined()
  expect(attemptsText({ status: 'running', entries: 1, attempts: 2, maxAttempts: 3 })).toBe('2/3')
  expect(attemptsText({ status: 'running', entries: 1, attempts: 2 })).toBe('×2')
})

test('what a screen reader says', () => {
  expect(spoken('ChargeCard', 'Task', { status: 'failed', entries: 1, attempts: 3 })).toBe(
    'ChargeCard, Task, failed after 3 attempts',
  )
  const counts = { done: 7, total: 10, failed: 1 }
  expect(spoken('Each', 'Map', { status: 'running', entries: 1, counts }, 'has an error')).toBe(
    'Each, Map, running, 7 of 10 done, 1 failed, has an error',
  )
})

test('the line under a name says what is called', () => {
  const detail = (state: Record<string, unknown>) => {
    const node = build({ States: { S: state } }).states.get('/States/S')
    return node && present(node).detail
  }
  const task = (Resource: string, more = {}) => detail({ Type: 'Task', Resource, ...more })
  expect(task('arn:aws:lambda:us-east-1:000000000000:function:ship-order:live')).toBe('Lambda · ship-order')
  expect(task('arn:aws:states:::lambda:invoke', { Parameters: { FunctionName: 'charge' } })).toBe(
    'Lambda · charge',
  )
  expect(task('arn:aws:states:::lambda:invoke', { Arguments: { FunctionName: '{% $f %}' } })).toBe(
    'Lambda · invoke',
  )
  expect(task('arn:aws:states:::sqs:sendMessage.waitForTaskToken')).toBe('SQS · sendMessage')
  expect(task('arn:aws:states:::aws-sdk:dynamodb:getItem')).toBe('DynamoDB · getItem')
  expect(task('arn:aws:states:us-east-1:000000000000:activity:approve')).toBe('Activity · approve')
  expect(task('nonsense')).toBe('Task')
  expect(detail({ Type: 'Wait', Seconds: 30 })).toBe('Wait · 30 s')
  expect(detail({ Type: 'Parallel', Branches: [{}] })).toBe('Parallel · 1 branch')
  expect(detail({})).toBe('No type')
})
