import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '~/data/types'
import { dice, Writer, wide } from '../../../../tests/histories/random'
import { fold } from '../fold/fold'
import { pathTo, rowsOf } from './rows'
import { drawn, momentAt, niceStep, scaleOf, ticksOf } from './scale'

const story = (name: string) => fold(JSON.parse(readFileSync(`tests/histories/${name}.json`, 'utf8')).events)

/** A Pass, a Wait of so many seconds, a call of so many, and the end. */
function napping(wait: number, call: number) {
  const at = [0, 0, 0, 0, 0, wait, wait, wait, wait, wait + call, wait + call, wait + call]
  const types: [string, object?][] = [
    ['ExecutionStarted'],
    ['PassStateEntered', { name: 'Hello' }],
    ['PassStateExited', { name: 'Hello' }],
    ['WaitStateEntered', { name: 'Nap' }],
    ['WaitStateExited', { name: 'Nap' }],
    ['TaskStateEntered', { name: 'Call' }],
    ['TaskScheduled'],
    ['TaskStarted'],
    ['TaskSucceeded'],
    ['TaskStateExited', { name: 'Call' }],
    ['ExecutionSucceeded'],
  ]
  return types.map(([type, details], place): HistoryEvent => {
    const member = type.endsWith('Entered') ? 'stateEnteredEventDetails' : 'stateExitedEventDetails'
    const seconds = at[place < 4 ? place : place + 1] ?? 0
    return {
      id: place + 1,
      previousEventId: place,
      type,
      timestamp: 1000 + seconds + place / 1000,
      [member]: details,
    }
  })
}

test('time in which nothing ran is folded, time of a call is not', () => {
  const scale = scaleOf(fold(napping(3600, 60)), 0, true)
  expect(scale.breaks).toHaveLength(1)
  expect(scale.breaks[0]?.from).toBeCloseTo(1000.003)
  expect(scale.length).toBeLessThan(70)
  expect(scaleOf(fold(napping(3600, 60)), 0, false).length).toBeCloseTo(3660.01)
  expect(scaleOf(fold(napping(4, 60)), 0, true).breaks).toEqual([])
})

test('drawn time goes forward, and back again to the moment', () => {
  const scale = scaleOf(fold(napping(3600, 60)), 0, true)
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 3660, noNaN: true }),
      fc.double({ min: 0, max: 3660, noNaN: true }),
      (a, b) => {
        const [one, other] = [drawn(scale, 1000 + a), drawn(scale, 1000 + b)]
        if (a < b) expect(one).toBeLessThanOrEqual(other + 1e-9)
        expect(momentAt(scale, one)).toBeCloseTo(1000 + a, 3)
      },
    ),
  )
})

test('ticks are round, apart, and none stands in a break', () => {
  expect([0.0007, 0.03, 0.4, 0.7, 7, 50, 4000].map(niceStep)).toEqual([0.001, 0.05, 0.5, 1, 10, 60, 7200])
  const scale = scaleOf(fold(napping(3600, 60)), 0, true)
  const ticks = ticksOf(scale, { from: 0, to: scale.length }, 8)
  expect(ticks.length).toBeGreaterThan(3)
  for (const [at, tick] of ticks.entries()) {
    const [gap] = scale.breaks
    expect(gap && tick.at > gap.from && tick.at < gap.to).toBe(false)
    if (at > 0) expect(tick.place - (ticks[at - 1]?.place ?? 0)).toBeGreaterThanOrEqual(7.2)
  }
})

test('lines are nested, and can be closed', () => {
  const told = story('everything')
  const all = rowsOf(told, new Set())
  expect(
    all.slice(0, 8).map(row => `${'  '.repeat(row.depth)}${row.lead ?? ''} ${row.entry?.name ?? ''}`),
  ).toEqual([
    ' Both',
    '  Branch 1 Activity',
    '  Branch 2 ',
    '     Token',
    '     Fine',
    '  Branch 3 Child',
    ' Each',
    '  Item 0, attempt 1 Inner',
  ])
  const closed = rowsOf(told, new Set(all.filter(row => row.depth === 0 && row.opens).map(row => row.key)))
  expect(closed.map(row => row.entry?.name)).toEqual(['Both', 'Each', 'Dist', 'Nap', 'Calc', 'Use'])
})

test('of a wide Map the items begin closed, and the way to a visit is known', () => {
  const told = fold(new Writer(dice(1)).execution(wide(25_000)))
  const rows = rowsOf(told, new Set())
  expect(rows.length).toBeLessThan(10)
  const path = pathTo(told, told.entries[100] ?? fail())
  expect(path[0]).toBe('entry-1')
  expect(path).toHaveLength(2)
  expect(rowsOf(told, new Set(path)).some(row => row.key === 'entry-100')).toBe(true)
})

function fail(): never {
  throw new Error('no such visit')
}
