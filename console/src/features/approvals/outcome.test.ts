import { expect, test } from 'vitest'
import type { HistoryEvent } from '~/data/types'
import { outcomeOf } from './outcome'

const event = (id: number, type: string, previousEventId: number, more: object = {}): HistoryEvent => ({
  id,
  type,
  previousEventId,
  timestamp: id,
  ...more,
})
const entered = (id: number, name: string) =>
  event(id, 'TaskStateEntered', id - 1, { stateEnteredEventDetails: { name } })

const EVENTS = [
  event(1, 'ExecutionStarted', 0),
  entered(2, 'Ask'),
  event(3, 'TaskScheduled', 2),
  event(4, 'TaskTimedOut', 3, { taskTimedOutEventDetails: { error: 'States.Timeout' } }),
  event(5, 'TaskScheduled', 4),
  event(6, 'TaskSucceeded', 5, { taskSucceededEventDetails: { output: '{"approved":true}' } }),
  entered(7, 'Other'),
  event(8, 'TaskScheduled', 7),
  event(9, 'TaskFailed', 8, { taskFailedEventDetails: { error: 'Rejected', cause: 'no' } }),
]

test('the newest end of the state is told, with what was said', () => {
  expect(outcomeOf(EVENTS, 'Ask')).toMatchObject({ kind: 'succeeded', at: 6, output: '{"approved":true}' })
  expect(outcomeOf(EVENTS, 'Other')).toMatchObject({ kind: 'failed', error: 'Rejected', cause: 'no' })
  expect(outcomeOf(EVENTS.slice(0, 4), 'Ask')).toMatchObject({ kind: 'timedOut', at: 4 })
})

test('a task that waits, or a state that is not there, has none', () => {
  expect(outcomeOf(EVENTS.slice(0, 3), 'Ask')).toBeUndefined()
  expect(outcomeOf(EVENTS, 'Nowhere')).toBeUndefined()
  expect(outcomeOf(EVENTS, 'Ask', 8)).toBeUndefined()
  expect(outcomeOf(EVENTS, 'Ask', 5)).toMatchObject({ at: 6 })
})
