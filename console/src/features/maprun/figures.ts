import type { ExecutionRow } from '~/data/types'
import type { MapRun } from './types'

export interface Gauge {
  failed: number
  /** The most failures that are tolerated. */
  limit: number
  exceeded: boolean
  /** How much of the tolerance is used, from 0 to 1. */
  used: number
  words: string
}

/** How far failures have used what is tolerated. A bound of 0 beside another one is not set; with
 * neither set no failure is tolerated. Items count, whether they failed or timed out. */
export function gaugeOf(
  run: Pick<MapRun, 'itemCounts' | 'toleratedFailureCount' | 'toleratedFailurePercentage'>,
): Gauge {
  const { itemCounts, toleratedFailureCount: count, toleratedFailurePercentage: percentage } = run
  const failed = itemCounts.failed + itemCounts.timedOut
  const byShare = Math.floor((itemCounts.total * percentage) / 100 + 1e-9)
  const limits = [...(count > 0 ? [count] : []), ...(percentage > 0 ? [byShare] : [])]
  const limit = limits.length > 0 ? Math.min(...limits) : 0
  const exceeded = failed > limit
  const used = exceeded ? 1 : limit === 0 ? 0 : failed / limit
  const told = [
    ...(percentage > 0 ? [`${percentage} % of ${itemCounts.total.toLocaleString('en')}`] : []),
    ...(count > 0 ? [`${count.toLocaleString('en')} items`] : []),
  ]
  const words = told.length > 0 ? told.join(' or ') : 'no failure'
  return { failed, limit, exceeded, used, words }
}

export interface Throughput {
  /** Items a second in each slice of time, oldest first. */
  rates: number[]
  /** Seconds of one slice. */
  slice: number
  /** Items a second over all of it. */
  mean: number
  peak: number
}

/** Items that ended, by when they ended. A child of a batch counts for all its items. */
export function throughputOf(
  children: readonly ExecutionRow[],
  from: number,
  to: number,
  slices = 60,
): Throughput {
  const span = Math.max(to - from, 0.001)
  const slice = span / slices
  const counts = new Array<number>(slices).fill(0)
  let items = 0
  for (const child of children) {
    if (child.stopDate === undefined || child.stopDate < from || child.stopDate > to) continue
    const index = Math.min(slices - 1, Math.floor((child.stopDate - from) / slice))
    counts[index] = (counts[index] ?? 0) + (child.itemCount ?? 1)
    items += child.itemCount ?? 1
  }
  const rates = counts.map(count => count / slice)
  return { rates, slice, mean: items / span, peak: Math.max(...rates) }
}

export interface FailureGroup {
  error: string
  count: number
  /** The newest of them. */
  example: ExecutionRow
}

/** Failures by their error, the most frequent first. */
export function groupsOf(children: readonly ExecutionRow[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const child of children) {
    if (child.status !== 'FAILED' && child.status !== 'TIMED_OUT') continue
    const error = child.error ?? (child.status === 'TIMED_OUT' ? 'States.Timeout' : 'without a name')
    const group = groups.get(error)
    if (!group) groups.set(error, { error, count: 1, example: child })
    else {
      group.count += 1
      if (child.startDate > group.example.startDate) group.example = child
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1))
}

/** `1,234`, `12.3`, `0.42`. */
export function rateText(rate: number): string {
  if (rate >= 100) return Math.round(rate).toLocaleString('en')
  return rate >= 10 ? rate.toFixed(1) : rate.toFixed(2)
}
