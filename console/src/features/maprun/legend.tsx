import { StatusGlyph } from '~/ui/status'
import { CELL_STATES, type CellState } from './cells'
import { CELL_WORDS } from './grid'
import type { MapRun } from './types'

/** How many children are how, in words: for those who do not see the grid. */
export function summary(run: MapRun): string {
  const told = countsOf(run).map(
    ([state, count]) => `${count.toLocaleString('en')} ${CELL_WORDS[state].toLowerCase()}`,
  )
  return `${run.executionCounts.total.toLocaleString('en')} children: ${told.join(', ') || 'none yet'}`
}

export function Legend({ run }: { run: MapRun }) {
  return (
    <ul aria-label="Children by status" className="flex flex-wrap gap-x-3 gap-y-1">
      {countsOf(run).map(([state, count]) => (
        <li key={state} className="flex items-center gap-1 text-label">
          <span aria-hidden="true" className="inline-flex">
            <StatusGlyph status={state === 'pending' ? 'notReached' : state} size={12} still />
          </span>
          {CELL_WORDS[state]} {count.toLocaleString('en')}
        </li>
      ))}
    </ul>
  )
}

function countsOf(run: MapRun): [CellState, number][] {
  const counts = run.executionCounts
  const of: Record<CellState, number> = { ...counts, redrive: counts.pendingRedrive ?? 0 }
  return CELL_STATES.map((state): [CellState, number] => [state, of[state]]).filter(([, count]) => count > 0)
}
