import { expect, test } from 'vitest'
import type { ExecutionRow } from '~/data/types'
import { gaugeOf, groupsOf, rateText, throughputOf } from './figures'
import type { Counts } from './types'

const gauge = (total: number, failed: number, count: number, percentage: number, timedOut = 0) =>
  gaugeOf({
    itemCounts: { total, failed, timedOut } as Counts,
    toleratedFailureCount: count,
    toleratedFailurePercentage: percentage,
  })
const child = (name: string, more: Partial<ExecutionRow>): ExecutionRow => ({
  executionArn: name,
  stateMachineArn: 'm',
  name,
  status: 'FAILED',
  startDate: 0,
  ...more,
})

test('without a tolerance one failure is too many', () => {
  expect(gauge(10, 0, 0, 0)).toMatchObject({ limit: 0, exceeded: false, used: 0, words: 'no failure' })
  expect(gauge(10, 1, 0, 0)).toMatchObject({ exceeded: true, used: 1 })
})

test('a share and a number, and the tighter of both', () => {
  expect(gauge(400, 14, 0, 12)).toMatchObject({
    failed: 14,
    limit: 48,
    exceeded: false,
    words: '12 % of 400',
  })
  expect(gauge(400, 10, 0, 12, 39)).toMatchObject({ failed: 49, exceeded: true })
  expect(gauge(400, 5, 10, 0)).toMatchObject({ limit: 10, used: 0.5, words: '10 items' })
  expect(gauge(400, 11, 10, 12)).toMatchObject({
    limit: 10,
    exceeded: true,
    words: '12 % of 400 or 10 items',
  })
  expect(gauge(1000, 0, 0, 0.7).limit).toBe(7)
  expect(gauge(10, 10, 0, 100)).toMatchObject({ limit: 10, exceeded: false, used: 1 })
})

test('throughput counts items by when they ended', () => {
  const rows = [
    child('a', { stopDate: 0.5 }),
    child('b', { stopDate: 9.9, itemCount: 4 }),
    child('c', { stopDate: 10 }),
    child('d', {}),
    child('e', { stopDate: 99 }),
  ]
  const found = throughputOf(rows, 0, 10, 10)
  expect(found.rates).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 5])
  expect(found.mean).toBe(0.6)
  expect(found.peak).toBe(5)
  expect(throughputOf([], 5, 5).mean).toBe(0)
})

test('failures are grouped by their error, with the newest as the example', () => {
  const groups = groupsOf([
    child('a', { error: 'X', startDate: 1 }),
    child('b', { error: 'X', startDate: 2 }),
    child('c', { status: 'TIMED_OUT' }),
    child('d', { status: 'SUCCEEDED' }),
    child('e', {}),
  ])
  expect(groups.map(group => `${group.error} ${group.count} ${group.example.name}`)).toEqual([
    'X 2 b',
    'States.Timeout 1 c',
    'without a name 1 e',
  ])
})

test('rates are short', () => {
  expect([1234.5, 12.34, 0.4211, 0].map(rateText)).toEqual(['1,235', '12.3', '0.42', '0.00'])
})
