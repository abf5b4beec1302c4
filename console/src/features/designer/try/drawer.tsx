import { ChevronUp } from 'lucide-react'
import type { StateNode } from '~/asl/program'
import { cx } from '~/ui/cx'
import type { FieldChange } from '../inspector/change'
import type { Store } from '../store'
import { DataFlow } from './data-flow'
import { TryState } from './try-state'

export type Shown = 'flow' | 'run'

const TITLES: { id: Shown; label: string }[] = [
  { id: 'flow', label: 'Data flow' },
  { id: 'run', label: 'Run this state' },
]

/** Below the form: what the state makes of a sample, and a run of it. */
export function Drawer({
  state,
  pending,
  shown,
  onShow,
}: {
  state: StateNode
  pending: Store<{ changes: readonly FieldChange[] }>
  /** What is open, if something is. */
  shown: Shown | undefined
  onShow: (shown: Shown | undefined) => void
}) {
  return (
    <div
      className={cx('flex min-h-0 shrink-0 flex-col border-line-strong border-t', shown && 'h-1/2')}
      data-testid="drawer"
    >
      <div className="flex shrink-0">
        {TITLES.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-expanded={shown === id}
            onClick={() => onShow(shown === id ? undefined : id)}
            data-testid={`drawer-${id}`}
            className="flex min-h-9 flex-1 items-center justify-center gap-1.5 cursor-pointer px-2 text-label text-muted outline-offset-[-2px] hover:bg-hover aria-expanded:bg-selected aria-expanded:font-strong aria-expanded:text-text max-sm:min-h-11"
          >
            {label}
            <ChevronUp
              size={14}
              aria-hidden="true"
              className={cx('transition-transform', shown === id && 'rotate-180')}
            />
          </button>
        ))}
      </div>
      {shown && (
        <div key={state.id} className="min-h-0 flex-1 overflow-auto border-line border-t">
          {shown === 'flow' && <DataFlow state={state} pending={pending} />}
          {shown === 'run' && <TryState state={state} />}
        </div>
      )}
    </div>
  )
}
