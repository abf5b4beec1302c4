// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go while scrolling are no table
import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import type { Seconds } from '~/data/types'
import { cx } from '~/ui/cx'
import { StatusGlyph } from '~/ui/status'
import { duration } from '~/ui/time'
import { isOpen } from '../fold/story'
import { EntryBar, LaneBar } from './bars'
import type { Row } from './rows'
import type { Scale, View } from './scale'

/** Height of a line in pixels. */
export const ROW = 26
/** Height of the head in pixels. */
export const HEAD_HEIGHT = 28
export const COLUMNS = 'grid grid-cols-[minmax(140px,30%)_minmax(0,1fr)]'

interface Props {
  row: Row
  index: number
  scale: Scale
  view: View
  now: Seconds
  selected: boolean
  onPick: (row: Row) => void
  onToggle: (row: Row) => void
}

export const TimelineRow = memo(function TimelineRow(props: Props) {
  const { row, scale, view, now, selected } = props
  const told = row.entry ?? row.lane
  const from = row.entry?.entered.at ?? row.lane?.started?.at
  const took = from === undefined || !told ? undefined : ((told.ended?.at ?? now) - from) * 1000
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys
    <div
      role="row"
      id={`lane-${row.key}`}
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-rowindex={props.index + 2}
      aria-expanded={row.opens ? row.isOpen : undefined}
      aria-selected={selected}
      data-testid="lane"
      data-status={told?.status}
      onClick={() => props.onPick(row)}
      className={cx(COLUMNS, 'h-full cursor-pointer hover:bg-hover/60', selected && 'bg-selected')}
    >
      <div
        role="gridcell"
        tabIndex={-1}
        className="flex min-w-0 items-center gap-1.5 border-line border-r pr-2"
        style={{ paddingLeft: 8 + Math.min(row.depth, 12) * 14 }}
      >
        {row.opens ? (
          <button
            type="button"
            tabIndex={-1}
            aria-label={`${row.isOpen ? 'Hide' : 'Show'} what is inside`}
            onClick={click => {
              click.stopPropagation()
              props.onToggle(row)
            }}
            className="-m-1 flex size-6 shrink-0 cursor-pointer items-center justify-center"
          >
            <ChevronRight size={14} aria-hidden="true" className={cx(row.isOpen && 'rotate-90')} />
          </button>
        ) : (
          <span className="w-4 shrink-0" />
        )}
        {told && <StatusGlyph status={told.status} size={13} />}
        <span className="min-w-0 truncate" title={row.entry?.name ?? row.lead}>
          {row.lead && <span className="mr-1.5 text-muted">{row.lead}</span>}
          {row.entry?.name}
        </span>
        {row.entry && row.entry.attempts.length > 1 && (
          <span className="shrink-0 rounded-full bg-aborted-tint px-1.5 text-[11px] text-aborted">
            {row.entry.attempts.length}×
          </span>
        )}
        {took !== undefined && (
          <span className="ml-auto shrink-0 pl-1 text-[11px] text-muted max-md:hidden">
            {duration(took)}
            {told && isOpen(told) && '…'}
          </span>
        )}
      </div>
      <div role="gridcell" tabIndex={-1} className="relative overflow-hidden">
        {row.entry && <EntryBar entry={row.entry} scale={scale} view={view} now={now} />}
        {row.lane && <LaneBar lane={row.lane} scale={scale} view={view} now={now} />}
      </div>
    </div>
  )
})
