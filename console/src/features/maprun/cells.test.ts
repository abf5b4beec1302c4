import { expect, test } from 'vitest'
import type { ExecutionRow } from '~/data/types'
import { cellAt, gridOf, planOf, tally } from './cells'
import type { Counts } from './types'

const child = (index: number, status: ExecutionRow['status']): ExecutionRow => ({
  executionArn: String(index).padStart(7, '0'),
  stateMachineArn: 'm',
  name: String(index),
  status,
  startDate: index,
})
const counts = (part: Partial<Counts>): Counts => {
  const none = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, resultsWritten: 0 }
  const all = { ...none, ...part }
  const total = all.pending + all.running + all.succeeded + all.failed + all.timedOut + all.aborted
  return { ...all, total: part.total ?? total }
}

test('one cell a child, oldest first, and behind them what waits', () => {
  const grid = gridOf(
    [child(3, 'RUNNING'), child(2, 'FAILED'), child(1, 'SUCCEEDED')],
    counts({ running: 1, failed: 1, succeeded: 1, pending: 2 }),
  )
  expect(grid.states).toEqual(['succeeded', 'failed', 'running', 'pending', 'pending'])
  expect(grid.per).toBe(1)
  expect(grid.children.map(one => one.name)).toEqual(['1', '2', '3'])
})

test('children that are not known are told by the counts', () => {
  const grid = gridOf([child(1, 'SUCCEEDED')], counts({ succeeded: 4, failed: 2 }))
  expect(tally(grid.states)).toMatchObject({ succeeded: 4, failed: 2 })
})

test('a list that is newer than the counts makes no cells of its own', () => {
  const rows = [child(1, 'SUCCEEDED'), child(2, 'SUCCEEDED')]
  expect(gridOf(rows, counts({ running: 2 })).states).toEqual(['succeeded', 'succeeded'])
})

test('above the most, a cell shows the worst of those it stands for', () => {
  const rows = Array.from({ length: 25 }, (_, index) => child(index, index === 13 ? 'FAILED' : 'SUCCEEDED'))
  const grid = gridOf(rows, counts({ succeeded: 24, failed: 1 }), 10)
  expect(grid.per).toBe(3)
  expect(grid.states).toHaveLength(9)
  expect(grid.states.indexOf('failed')).toBe(4)
  expect(tally(grid.states).failed).toBe(1)
})

test('a million are ten thousand cells', () => {
  const grid = gridOf([], counts({ succeeded: 999_999, timedOut: 1 }))
  expect(grid.per).toBe(100)
  expect(grid.states).toHaveLength(10_000)
  expect(tally(grid.states).timedOut).toBe(1)
})

test('cells fill the width and are found again by a point', () => {
  for (const [count, width] of [
    [1, 100],
    [400, 333],
    [2500, 900],
    [10_000, 320],
  ] as const) {
    const plan = planOf(count, width)
    expect(plan.columns * plan.size).toBeLessThanOrEqual(Math.max(width, plan.size))
    expect(plan.columns * plan.rows).toBeGreaterThanOrEqual(count)
    const last = count - 1
    const x = (last % plan.columns) * plan.size + 1
    const y = Math.floor(last / plan.columns) * plan.size + 1
    expect(cellAt(plan, count, x, y)).toBe(last)
    expect(cellAt(plan, count, x, y + plan.size)).toBeUndefined()
    expect(cellAt(plan, count, -1, 0)).toBeUndefined()
  }
})
