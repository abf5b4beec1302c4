// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go while scrolling are no table
import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Field } from '~/ui/field'
import { Select } from '~/ui/select'
import type { Story } from '../fold/story'
import type { Looking } from '../selection'
import { EventRow, HEAD_HEIGHT, Head, ROW } from './event-row'
import { KINDS, narrow } from './rows'

interface Props {
  story: Story
  looking: Looking
  selected?: number
  /** Ids of the selected visit, which are marked. */
  marked: ReadonlySet<number>
  onSelect: (event: number) => void
  onLook: (change: Looking) => void
}

/** All events, however many: only the rows in view exist. */
export function EventsTable({ story, looking, selected, marked, onSelect, onLook }: Props) {
  const [find, setFind] = useState(looking.find ?? '')
  const wanted = useDeferredValue(find)
  const events = useMemo(() => narrow(story, looking.kind, wanted), [story, looking.kind, wanted])
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set())
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    // The head stands above the rows, and over them while they scroll.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    getItemKey: index => events[index]?.id ?? index,
  })
  const place = selected === undefined ? -1 : placeOf(events, selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is selected elsewhere is brought into view
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: 'auto' })
  }, [selected])
  useEffect(() => {
    const timer = setTimeout(() => {
      if ((looking.find ?? '') !== find) onLook({ find: find || undefined })
    }, 300)
    return () => clearTimeout(timer)
  }, [find, looking.find, onLook])

  const toggle = (id: number) => {
    const next = new Set(expanded)
    if (!next.delete(id)) next.add(id)
    // Only rows that are open are measured; the others are all as high as one.
    else rows.resizeItem(placeOf(events, id), ROW)
    setExpanded(next)
  }
  const onKeyDown = (key: React.KeyboardEvent) => {
    const step = KEYS[key.key]
    if (key.target !== box.current) return
    if ((key.key === 'Enter' || key.key === ' ') && selected !== undefined) toggle(selected)
    else if (step === undefined) return
    else {
      const at = Math.max(0, Math.min(events.length - 1, place < 0 ? 0 : place + step))
      const event = events[at]
      if (event) onSelect(event.id)
      rows.scrollToIndex(at, { align: 'auto' })
    }
    key.preventDefault()
  }

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-line border-b bg-surface px-3 py-1.5">
        <Field
          label="Find in events"
          hiddenLabel
          placeholder="Find: state, error, data, id"
          value={find}
          onChange={setFind}
          className="w-64 max-sm:w-0 max-sm:flex-1"
          data-testid="events-find"
        />
        <Select
          label="Kind of event"
          hiddenLabel
          choices={KINDS}
          value={KINDS.some(kind => kind.id === looking.kind) ? (looking.kind ?? 'all') : 'all'}
          onChange={kind => onLook({ kind: kind === 'all' ? undefined : kind })}
          className="w-52 max-sm:w-0 max-sm:flex-1"
        />
        <span className="text-label text-muted max-sm:sr-only" data-testid="events-count">
          {events.length === story.count
            ? `${story.count} events`
            : `${events.length} of ${story.count} events`}
        </span>
      </div>
      <div
        ref={box}
        role="treegrid"
        aria-label="Events"
        aria-rowcount={events.length + 1}
        aria-colcount={6}
        aria-activedescendant={place >= 0 ? `event-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="events"
        className="min-h-0 flex-1 overflow-auto bg-surface outline-offset-[-2px]"
      >
        <Head />
        <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(row => {
            const event = events[row.index]
            if (!event) return null
            return (
              <div
                key={row.key}
                ref={expanded.has(event.id) ? rows.measureElement : undefined}
                data-index={row.index}
                role="presentation"
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${row.start - HEAD_HEIGHT}px)` }}
              >
                <EventRow
                  story={story}
                  event={event}
                  index={row.index}
                  selected={event.id === selected}
                  marked={marked.has(event.id)}
                  expanded={expanded.has(event.id)}
                  onSelect={onSelect}
                  onToggle={toggle}
                />
              </div>
            )
          })}
        </div>
        {events.length === 0 && (
          <p className="p-4 text-muted">
            {story.count === 0
              ? 'Nothing has happened yet.'
              : 'No event fits. Take the filter away to see all.'}
          </p>
        )}
      </div>
    </div>
  )
}

const KEYS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 20,
  PageUp: -20,
  Home: -1_000_000,
  End: 1_000_000,
}

/** Where an event stands; they are in the order of their ids. */
function placeOf(events: readonly { id: number }[], id: number): number {
  let low = 0
  let high = events.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = events[middle]?.id ?? 0
    if (at === id) return middle
    if (at < id) low = middle + 1
    else high = middle - 1
  }
  return -1
}
