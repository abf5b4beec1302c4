import type { ExecutionRow } from '~/data/types'
import type { Counts } from './types'

/** How a cell is coloured, from what matters most to what matters least. */
export const CELL_STATES = [
  'failed',
  'timedOut',
  'redrive',
  'running',
  'aborted',
  'pending',
  'succeeded',
] as const
export type CellState = (typeof CELL_STATES)[number]

export interface Grid {
  states: CellState[]
  /** Children that one cell stands for. */
  per: number
  /** The children, oldest first, as far as they are known; cell `i` begins with child `i * per`. */
  children: ExecutionRow[]
}

/** More cells than this cannot be told apart; then one stands for several. */
const CELLS_MAX = 10_000

const STATES: Record<string, CellState> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
  PENDING_REDRIVE: 'redrive',
}

function cellState(status: string): CellState {
  return STATES[status] ?? 'pending'
}

/** One cell a child: those that are known in the order they were started, behind them what only the
 * counts tell of. Above `max`, cells stand for runs of children and show what matters most in them. */
export function gridOf(children: readonly ExecutionRow[], counts: Counts, max = CELLS_MAX): Grid {
  const known = [...children].sort(
    (a, b) => a.startDate - b.startDate || (a.executionArn < b.executionArn ? -1 : 1),
  )
  const all = known.map(child => cellState(child.status))
  for (const [state, count] of unknown(all, counts)) {
    for (let index = 0; index < count; index++) all.push(state)
  }
  const per = Math.max(1, Math.ceil(all.length / max))
  if (per === 1) return { states: all, per, children: known }
  const states: CellState[] = []
  for (let from = 0; from < all.length; from += per) states.push(worst(all, from, from + per))
  return { states, per, children: known }
}

/** How many of each state the counts have and the list has not. */
function unknown(known: readonly CellState[], counts: Counts): [CellState, number][] {
  const have = tally(known)
  const redrive = counts.pendingRedrive ?? 0
  const told: [CellState, number][] = [
    ['succeeded', counts.succeeded],
    ['failed', counts.failed],
    ['timedOut', counts.timedOut],
    ['aborted', counts.aborted],
    ['redrive', redrive],
    ['running', counts.running],
    ['pending', counts.pending],
  ]
  // A list that is newer than the counts has more of some; the total is what bounds the rest.
  let room = Math.max(0, counts.total - known.length)
  return told.map(([state, count]) => {
    const missing = Math.min(room, Math.max(0, count - have[state]))
    room -= missing
    return [state, missing]
  })
}

export function tally(states: readonly CellState[]): Record<CellState, number> {
  const counts = Object.fromEntries(CELL_STATES.map(state => [state, 0])) as Record<CellState, number>
  for (const state of states) counts[state] += 1
  return counts
}

function worst(states: readonly CellState[], from: number, to: number): CellState {
  let best = CELL_STATES.length - 1
  for (let index = from; index < Math.min(to, states.length); index++) {
    best = Math.min(best, CELL_STATES.indexOf(states[index] as CellState))
  }
  return CELL_STATES[best] ?? 'pending'
}

export interface Plan {
  columns: number
  rows: number
  /** Width and height of a cell with its gap, in CSS pixels. */
  size: number
}

/** How cells fill a width: large while there are few. */
export function planOf(count: number, width: number): Plan {
  const size = count <= 400 ? 16 : count <= 3000 ? 11 : 7
  const columns = Math.max(1, Math.floor(width / size))
  return { columns, rows: Math.ceil(count / columns), size }
}

/** Which cell lies under a point, if one does. */
export function cellAt(plan: Plan, count: number, x: number, y: number): number | undefined {
  const column = Math.floor(x / plan.size)
  const index = Math.floor(y / plan.size) * plan.columns + column
  return column >= 0 && column < plan.columns && index >= 0 && index < count ? index : undefined
}
