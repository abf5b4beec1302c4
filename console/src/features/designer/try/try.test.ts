import { describe, expect, test } from 'vitest'
import type { HistoryEvent } from '~/data/types'
import { read } from '../../../../tests/definitions'
import { lastRunOf } from './recent'
import { type RunOptions, requestOf } from './request'
import { NO_RESULT, renamed } from './samples'
import { carriesData, stepWords } from './words'

const event = (id: number, previousEventId: number, type: string, details: object): HistoryEvent => ({
  id,
  previousEventId,
  timestamp: 0,
  type,
  ...details,
})

const entered = (id: number, before: number, name: string, input: string) =>
  event(id, before, 'TaskStateEntered', { stateEnteredEventDetails: { name, input } })
const exited = (id: number, before: number, name: string, output: string) =>
  event(id, before, 'TaskStateExited', { stateExitedEventDetails: { name, output } })

describe('a run in a history', () => {
  test('the newest is taken, with its own result among others', () => {
    const events = [
      entered(2, 0, 'A', '1'),
      event(3, 2, 'TaskScheduled', { taskScheduledEventDetails: {} }),
      entered(4, 0, 'B', '"b"'),
      event(5, 4, 'TaskSucceeded', { taskSucceededEventDetails: { output: '"of b"' } }),
      event(6, 3, 'TaskSucceeded', { taskSucceededEventDetails: { output: '"of a"' } }),
      exited(7, 6, 'A', '"out"'),
      exited(8, 5, 'B', '"out b"'),
    ]
    expect(lastRunOf(events, 'A')).toEqual({ input: '1', result: '"of a"', output: '"out"' })
    expect(lastRunOf([...events].reverse(), 'B')).toMatchObject({ result: '"of b"' })
    expect(lastRunOf([...events, entered(9, 7, 'A', '2')], 'A')).toEqual({ input: '2' })
    expect(lastRunOf(events, 'C')).toBeUndefined()
  })

  test('an error is kept', () => {
    const events = [
      entered(2, 0, 'A', '1'),
      event(3, 2, 'TaskFailed', { taskFailedEventDetails: { error: 'E', cause: 'c' } }),
    ]
    expect(lastRunOf(events, 'A')?.error).toEqual({ error: 'E', cause: 'c' })
  })
})

describe('what TestState is asked', () => {
  const program = read({
    text: 'StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: x\n    End: true\n  P:\n    Type: Pass\n    End: true\n',
    format: 'yaml',
  })
  const options: RunOptions = { roleArn: ' r ', mode: 'NONE', context: '', revealSecrets: true, retries: '2' }
  const asked = (id: string, sample = NO_RESULT) => {
    const state = program.states.get(id)
    if (!state) throw new Error(id)
    const { definition, ...rest } = requestOf({
      program,
      state,
      input: '{}',
      sample,
      variables: ' ',
      options,
    })
    expect(JSON.parse(definition)).toEqual(program.tree.value)
    return JSON.parse(JSON.stringify(rest)) as object
  }
  const base = { input: '{}', inspectionLevel: 'TRACE' }

  test('without a mock, the role', () => {
    expect(asked('/States/A')).toEqual({ ...base, stateName: 'A', roleArn: 'r', revealSecrets: true })
  })

  test('a result, with how it is checked; an error, with the retries before', () => {
    expect(asked('/States/A', { ...NO_RESULT, kind: 'result', result: '1' })).toEqual({
      ...base,
      stateName: 'A',
      mock: { result: '1', fieldValidationMode: 'NONE' },
    })
    expect(asked('/States/A', { ...NO_RESULT, kind: 'error', error: 'E', cause: '' })).toEqual({
      ...base,
      stateName: 'A',
      mock: { errorOutput: { error: 'E' } },
      stateConfiguration: { retrierRetryCount: 2 },
    })
  })

  test('a state without work has no mock', () => {
    expect(asked('/States/P', { ...NO_RESULT, kind: 'result' })).toMatchObject({ roleArn: 'r' })
  })
})

test('samples go with a state to its new name, and those inside it', () => {
  const samples = { '/States/A': 1, '/States/A/Branches/0/States/B': 2, '/States/AB': 3 }
  expect(renamed(samples, '/States/A', '/States/Z')).toEqual({
    '/States/Z': 1,
    '/States/Z/Branches/0/States/B': 2,
    '/States/AB': 3,
  })
})

test('steps in words', () => {
  const step = (name: string, value: unknown) => ({ name, field: '', value: JSON.stringify(value) })
  expect(stepWords(step('Choice', { index: 1, next: 'T' }))).toBe('Rule 2 holds: on to T')
  expect(stepWords(step('Choice', { default: true, next: 'D' }))).toBe('No rule holds: on to D')
  expect(stepWords(step('Retry', { index: 0, delaySeconds: 3 }))).toBe('Retrier 1 would try again after 3 s')
  expect(stepWords(step('Output', { index: 0 }))).toBeUndefined()
  expect(carriesData(step('Output', 1))).toBe(true)
  expect(carriesData(step('Assign', 1))).toBe(false)
})
