import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fold } from '../fold/fold'
import { emptyStory } from '../fold/story'
import { adviceOf } from './errors'
import { announcement, shortCause, summaryOf } from './summary'

const story = (name: string) => fold(JSON.parse(readFileSync(`tests/histories/${name}.json`, 'utf8')).events)

function said(name: string): string {
  const summary = summaryOf(story(name), true)
  return `${summary?.entry?.name} ${summary?.did}: ${summary?.error}. ${summary?.means ?? ''} ${summary?.todo}`
}

test('a bad end is told with its place and a way on', () => {
  expect(said('retries')).toMatchInlineSnapshot(
    `"Go failed after 3 attempts: Lambda.ResourceNotFoundException. There is no such function. Compare its name with the functions of stateline.toml, or of AWS; when it is there, redrive."`,
  )
  expect(said('everything')).toMatchInlineSnapshot(
    `"Use failed: States.QueryEvaluationError. A JSONata expression has no value, or one of the wrong type. Open the state: the cause names the field. Mend the expression, and start again with this input."`,
  )
  expect(said('stopped')).toMatchInlineSnapshot(
    `"Nap ran when the execution was stopped: Enough.  Redrive to go on from there."`,
  )
  expect(said('timed-out')).toMatchInlineSnapshot(
    `"Nap was not done when the time of the execution was over: undefined.  Redrive to go on from there, or allow the machine more time."`,
  )
  expect(summaryOf(story('order-out-of-stock'), true)).toBeUndefined()
})

test('a Fail state is no place to go on from', () => {
  const events = [
    { id: 1, timestamp: 1, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
    {
      id: 2,
      previousEventId: 1,
      timestamp: 1,
      type: 'FailStateEntered',
      stateEnteredEventDetails: { name: 'No' },
    },
    {
      id: 3,
      previousEventId: 2,
      timestamp: 1,
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'Declined' },
    },
  ]
  expect(summaryOf(fold(events), true)?.todo).toMatch(/^The workflow itself ends here/)
})

test('of a cause that is JSON its message is told', () => {
  expect(shortCause({ cause: '{"errorMessage":"no  card","stackTrace":[]}' })).toBe('no card')
  expect(shortCause({ cause: '{broken' })).toBe('{broken')
  expect(shortCause({ cause: 'x'.repeat(500) })).toHaveLength(240)
})

test("authors' own errors get no advice that may be wrong", () => {
  expect(adviceOf('CardDeclined')).toBeUndefined()
  expect(adviceOf('Lambda.TooManyRequestsException')?.todo).toContain('Retry')
})

test('what changed is said once', () => {
  const end = story('retries')
  expect(announcement(emptyStory(), end)).toMatchInlineSnapshot(
    `"The execution has ended: Go failed after 3 attempts, Lambda.ResourceNotFoundException."`,
  )
  expect(announcement(end, end)).toBeUndefined()
})
