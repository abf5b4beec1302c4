// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go while scrolling are no table
import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import type { HistoryEvent } from '~/data/types'
import { cx } from '~/ui/cx'
import { Json } from '~/ui/json'
import type { Story } from '../fold/story'
import { whatHappened } from '../words/events'
import { offset, resourceOf } from './rows'

/** Height of a row that is not expanded, in pixels. */
export const ROW = 28
/** Height of the head in pixels. */
export const HEAD_HEIGHT = 28

const GRID =
  'grid grid-cols-[56px_minmax(150px,220px)_minmax(90px,180px)_minmax(200px,1fr)_104px_minmax(0,180px)] items-center gap-x-3 px-3 max-md:grid-cols-[44px_minmax(0,1fr)_96px]'

export function Head() {
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={1}
      className={cx(GRID, 'sticky top-0 z-10 h-7 border-line border-b bg-surface text-label text-muted')}
    >
      <span role="columnheader" tabIndex={-1} className="text-right">
        Id
      </span>
      <span role="columnheader" tabIndex={-1}>
        Type
      </span>
      <span role="columnheader" tabIndex={-1} className="max-md:hidden">
        State
      </span>
      <span role="columnheader" tabIndex={-1} className="max-md:hidden">
        What happened
      </span>
      <span role="columnheader" tabIndex={-1} className="text-right">
        Time
      </span>
      <span role="columnheader" tabIndex={-1} className="max-md:hidden">
        Resource
      </span>
    </div>
  )
}

interface Props {
  story: Story
  event: HistoryEvent
  index: number
  selected: boolean
  marked: boolean
  expanded: boolean
  onSelect: (event: number) => void
  onToggle: (event: number) => void
}

export const EventRow = memo(function EventRow(props: Props) {
  const { story, event, selected, expanded } = props
  const entry = story.entries[story.entryAt[event.id] ?? -1]
  const happened = whatHappened(story, event)
  const tone = toneOf(event.type)
  const since = (event.timestamp - (story.started?.at ?? event.timestamp)) * 1000
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys */}
      <div
        role="row"
        id={`event-${event.id}`}
        tabIndex={-1}
        aria-rowindex={props.index + 2}
        aria-selected={selected}
        aria-expanded={expanded}
        data-testid="event"
        data-event-id={event.id}
        onClick={() => props.onSelect(event.id)}
        className={cx(
          GRID,
          'h-7 cursor-pointer border-line border-b hover:bg-hover',
          selected ? 'bg-selected' : props.marked && 'bg-canvas',
        )}
      >
        <span role="gridcell" tabIndex={-1} className="flex items-center justify-between text-muted">
          <button
            type="button"
            tabIndex={-1}
            aria-label={expanded ? `Hide event ${event.id}` : `Show event ${event.id}`}
            onClick={click => {
              click.stopPropagation()
              props.onToggle(event.id)
            }}
            className="-ml-2 flex size-6 cursor-pointer items-center justify-center"
          >
            <ChevronRight size={14} aria-hidden="true" className={cx(expanded && 'rotate-90')} />
          </button>
          {event.id}
        </span>
        <span role="gridcell" tabIndex={-1} className={cx('truncate', tone)} title={event.type}>
          {event.type}
        </span>
        <span role="gridcell" tabIndex={-1} className="truncate max-md:hidden" title={entry?.name}>
          {entry?.name}
        </span>
        <span role="gridcell" tabIndex={-1} className="truncate text-muted max-md:hidden" title={happened}>
          {happened}
        </span>
        <span role="gridcell" tabIndex={-1} className="text-right text-muted">
          {offset(since)}
        </span>
        <span role="gridcell" tabIndex={-1} className="truncate text-muted max-md:hidden">
          {resourceOf(event)}
        </span>
      </div>
      {expanded && (
        <div role="row" tabIndex={-1} className="border-line border-b bg-canvas px-3 py-2">
          <div role="gridcell" tabIndex={-1} aria-colspan={6}>
            <Json bare label={`event ${event.id}`} text={JSON.stringify(opened(event))} />
          </div>
        </div>
      )}
    </>
  )
})

function toneOf(type: string): string {
  if (/(Failed|TimedOut)$|^FailState/.test(type)) return 'text-failed font-strong'
  if (type.endsWith('Aborted')) return 'text-aborted'
  if (/^Execution(Succeeded|Redriven)$/.test(type)) return 'font-strong'
  return ''
}

/** The event as it is, with the JSON texts in it opened for reading. */
function opened(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && TEXTS.has(key)) {
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner, name)]))
}

const TEXTS = new Set(['input', 'output', 'parameters', 'cause'])
