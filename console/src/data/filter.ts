import type { ExecutionRow, ExecutionStatus } from './types'

/** Which executions are asked for: as in the URL. */
export interface ExecutionFilter {
  machine?: string
  mapRun?: string
  status?: string[]
  search?: string
  /** `15m`, `24h`, `7d` back from now, or a moment in ISO 8601. */
  from?: string
  to?: string
}

export const EXECUTION_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const satisfies readonly ExecutionStatus[]

export const RANGES = [
  { id: '15m', label: 'Last 15 minutes' },
  { id: '1h', label: 'Last hour' },
  { id: '24h', label: 'Last 24 hours' },
  { id: '7d', label: 'Last 7 days' },
  { id: '30d', label: 'Last 30 days' },
] as const

const UNITS: Record<string, number> = { m: 60, h: 3600, d: 86_400 }

/** A moment of the filter in epoch seconds; what cannot be read counts as no bound. */
export function momentOf(text: string | undefined, now: number): number | undefined {
  if (!text) return undefined
  const back = /^(\d{1,5})([mhd])$/.exec(text)
  if (back) return now - Number(back[1]) * (UNITS[back[2] ?? ''] ?? 0)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at / 1000
}

/** Statuses that can be asked for: only children of a Map Run are pending redrive. */
export function statusesOf(filter: ExecutionFilter): ExecutionStatus[] {
  return EXECUTION_STATUSES.filter(status => filter.mapRun !== undefined || status !== 'PENDING_REDRIVE')
}

/** What the server is asked. Statuses that do not exist are left out, so an old link shows something. */
export function questionOf(filter: ExecutionFilter, now: number) {
  const known = statusesOf(filter).filter(status => filter.status?.includes(status))
  return {
    stateMachineArn: filter.machine,
    mapRunArn: filter.mapRun,
    status: known,
    search: filter.search,
    from: momentOf(filter.from, now),
    to: momentOf(filter.to, now),
  }
}

/** How many of the parts of a filter are set. */
export function narrowings(filter: ExecutionFilter): number {
  const { machine, mapRun, status, search, from, to } = filter
  return [machine, mapRun, status?.length, search, from ?? to].filter(Boolean).length
}

/** What a range is called: a preset's label, or its moments as `show` writes them. */
export function rangeLabel(
  from: string | undefined,
  to: string | undefined,
  show: (seconds: number) => string,
): string {
  const preset = RANGES.find(range => range.id === from && !to)
  if (preset) return preset.label
  const word = (text: string | undefined) => {
    const at = text && /^\d+[mhd]$/.test(text) ? undefined : momentOf(text, 0)
    return at === undefined ? text : show(at)
  }
  if (from && to) return `${word(from)} – ${word(to)}`
  if (from) return `Since ${word(from)}`
  return to ? `Until ${word(to)}` : 'Any time'
}

/** Whether a row still belongs into a list after its status has changed. */
export function belongs(row: ExecutionRow, filter: ExecutionFilter): boolean {
  const statuses = EXECUTION_STATUSES.filter(status => filter.status?.includes(status))
  return statuses.length === 0 || statuses.some(status => status === row.status)
}

/** Adds a page of rows to those that are known: newer knowledge wins, order is newest first.
 * `gap` says that the page has nothing in common with what is known, so that rows may be missing between. */
export function absorb(
  known: readonly ExecutionRow[],
  page: readonly ExecutionRow[],
): { rows: ExecutionRow[]; gap: boolean } {
  const rows = new Map(known.map(row => [row.executionArn, row]))
  let shared = false
  for (const row of page) {
    shared ||= rows.has(row.executionArn)
    rows.set(row.executionArn, row)
  }
  const sorted = [...rows.values()].sort(
    (a, b) => b.startDate - a.startDate || (a.executionArn < b.executionArn ? 1 : -1),
  )
  return { rows: sorted, gap: known.length > 0 && page.length > 0 && !shared }
}

/** Rows with what the feed says of them; rows that it does not name stay the same objects. */
export function withChanges(
  rows: readonly ExecutionRow[],
  changes: readonly Partial<ExecutionRow>[],
): ExecutionRow[] {
  const changed = new Map(changes.map(change => [change.executionArn, change]))
  return rows.map(row => {
    const change = changed.get(row.executionArn)
    // A redrive takes the end away again.
    return change ? { ...row, stopDate: undefined, ...change } : row
  })
}
