import { expect, test } from 'vitest'
import { DRAWN_MAX, delaysOf } from './delays'

test('three retries that double are the standard', () => {
  expect(delaysOf({})).toEqual({ delays: [1, 2, 4], more: 0, jitter: false, total: 7 })
})

test('no wait is longer than the longest', () => {
  expect(
    delaysOf({
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxAttempts: 5,
      MaxDelaySeconds: 20,
      JitterStrategy: 'FULL',
    }),
  ).toEqual({ delays: [2, 6, 18, 20, 20], more: 0, jitter: true, total: 66 })
})

test('a rate of one keeps the interval, and no attempts are no waits', () => {
  expect(delaysOf({ IntervalSeconds: 5, BackoffRate: 1, MaxAttempts: 2 })?.delays).toEqual([5, 5])
  expect(delaysOf({ MaxAttempts: 0 })).toEqual({ delays: [], more: 0, jitter: false, total: 0 })
})

test('as many attempts as there can be are summed and not drawn', () => {
  const found = delaysOf({ MaxAttempts: 99_999_999, BackoffRate: 1, IntervalSeconds: 1 })
  expect(found).toMatchObject({ more: 99_999_999 - DRAWN_MAX, total: 99_999_999 })
  expect(found?.delays).toHaveLength(DRAWN_MAX)
  expect(delaysOf({ MaxAttempts: 5000 })?.total).toBe(Number.POSITIVE_INFINITY)
})

test('what is no number has no delays', () => {
  expect(delaysOf({ IntervalSeconds: '$.x' })).toBeUndefined()
  expect(delaysOf({ BackoffRate: -1 })).toBeUndefined()
})
