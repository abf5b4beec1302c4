import { expect, test } from 'vitest'
import { approval, isOver } from './answer'
import { Failure } from './failure'

test('an approval has what was typed, the decision, and a comment where there is one', () => {
  expect(approval('{}', '')).toBe('{"approved":true}')
  expect(approval('{"limit":5,"approved":false}', 'fine')).toBe(
    '{"limit":5,"approved":true,"comment":"fine"}',
  )
  expect(approval('[1]', '')).toBe('{"value":[1],"approved":true}')
})

test('a task that is over is told from other refusals', () => {
  expect(isOver(new Failure('TaskTimedOut', ''))).toBe(true)
  expect(isOver(new Failure('TaskDoesNotExist', ''))).toBe(true)
  expect(isOver(new Failure('InvalidOutput', ''))).toBe(false)
  expect(isOver(new Error())).toBe(false)
})
