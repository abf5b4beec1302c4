import { expect, test } from 'vitest'
import {
  absorb,
  belongs,
  momentOf,
  narrowings,
  questionOf,
  rangeLabel,
  statusesOf,
  withChanges,
} from './filter'
import type { ExecutionRow } from './types'

const NOW = 1_800_000_000
const row = (name: string, startDate: number, status: ExecutionRow['status'] = 'RUNNING'): ExecutionRow => ({
  executionArn: name,
  stateMachineArn: 'm',
  name,
  status,
  startDate,
})

test('moments are relative or exact; what is neither is no bound', () => {
  expect(momentOf('15m', NOW)).toBe(NOW - 900)
  expect(momentOf('7d', NOW)).toBe(NOW - 604_800)
  expect(momentOf('2027-01-15T08:00:00Z', NOW)).toBe(NOW)
  for (const text of [undefined, '', 'soon', '7y', '-1h']) expect(momentOf(text, NOW)).toBeUndefined()
})

test('the question has only what the server knows', () => {
  expect(questionOf({ status: ['FAILED', 'BROKEN'], search: 'x', from: '1h' }, NOW)).toEqual({
    stateMachineArn: undefined,
    mapRunArn: undefined,
    status: ['FAILED'],
    search: 'x',
    from: NOW - 3600,
    to: undefined,
  })
})

test('only children of a Map Run can be asked for as pending redrive', () => {
  expect(questionOf({ status: ['PENDING_REDRIVE', 'FAILED'] }, NOW).status).toEqual(['FAILED'])
  expect(questionOf({ status: ['PENDING_REDRIVE'], mapRun: 'r' }, NOW).status).toEqual(['PENDING_REDRIVE'])
  expect(statusesOf({})).not.toContain('PENDING_REDRIVE')
})

test('what narrows a list is counted', () => {
  expect(narrowings({})).toBe(0)
  expect(narrowings({ status: ['FAILED'], from: '1h', to: '2027-01-15T08:00Z' })).toBe(2)
})

test('ranges are named', () => {
  const check = (from: string | undefined, to: string | undefined) =>
    rangeLabel(from, to, seconds => `@${seconds - NOW}`)
  expect(check(undefined, undefined)).toBe('Any time')
  expect(check('1h', undefined)).toBe('Last hour')
  expect(check('2h', undefined)).toBe('Since 2h')
  expect(check('2027-01-15T08:00:00.000Z', undefined)).toBe('Since @0')
  expect(check('2027-01-15T08:00:00Z', '2027-01-15T09:00:00Z')).toBe('@0 – @3600')
  expect(check(undefined, '2027-01-15T08:00:00Z')).toBe('Until @0')
})

test('a page is absorbed: newest first, no row twice, newer knowledge wins', () => {
  const known = [row('b', 2), row('a', 1)]
  const { rows, gap } = absorb(known, [row('c', 3), row('b', 2, 'FAILED')])
  expect(rows.map(one => `${one.name} ${one.status}`)).toEqual(['c RUNNING', 'b FAILED', 'a RUNNING'])
  expect(gap).toBe(false)
  expect(absorb(known, [row('z', 9)]).gap).toBe(true)
  expect(absorb([], [row('z', 9)]).gap).toBe(false)
  expect(absorb(known, []).gap).toBe(false)
})

test('a row leaves a list of other statuses', () => {
  expect(belongs(row('a', 1, 'FAILED'), { status: ['RUNNING'] })).toBe(false)
  expect(belongs(row('a', 1, 'FAILED'), { status: ['FAILED'] })).toBe(true)
  expect(belongs(row('a', 1, 'FAILED'), {})).toBe(true)
})

test('the feed changes the rows that it names, and no others', () => {
  const rows = [row('a', 1), { ...row('b', 2, 'FAILED'), stopDate: 5 }]
  const next = withChanges(rows, [{ executionArn: 'b', status: 'RUNNING' }])
  expect(next[0]).toBe(rows[0])
  expect(next[1]).toMatchObject({ status: 'RUNNING', stopDate: undefined })
})
