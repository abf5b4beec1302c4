// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go while scrolling are no table
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Seconds } from '~/data/types'
import type { Entry, Story } from '../fold/story'
import { Axis, Rules } from './axis'
import { press } from './keys'
import { pathTo, type Row, rowsOf } from './rows'
import { scaleOf } from './scale'
import { COLUMNS, HEAD_HEIGHT, ROW, TimelineRow } from './timeline-row'
import { Toolbar } from './toolbar'
import './timeline.css'
import { useWidth } from './use-width'
import { useZoom } from './use-zoom'

interface Props {
  story: Story
  now: Seconds
  selected?: Entry
  onSelect: (entry: Entry) => void
}

/** Who did what when: a line for each visit, those of branches and items below their state. */
export function Timeline({ story, now, selected, onSelect }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const [folding, setFolding] = useState(true)
  const [cursor, setCursor] = useState<string>()
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<HTMLDivElement>(null)
  const width = useWidth(plot)
  const rows = useMemo(() => rowsOf(story, toggled), [story, toggled])
  const scale = useMemo(() => scaleOf(story, now, folding), [story, now, folding])
  const zooming = useZoom(scale.length, box, plot)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 20,
    // The head stands above the rows, and over them while they scroll.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    getItemKey: index => rows[index]?.key ?? index,
  })
  const current = cursor ?? (selected ? `entry-${selected.index}` : undefined)
  const at = useMemo(() => rows.findIndex(row => row.key === current), [rows, current])

  // What is selected elsewhere is opened and brought into view.
  const key = selected && `entry-${selected.index}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when something else is selected
  useEffect(() => {
    if (!selected || !key) return
    setCursor(undefined)
    const shown = new Set(rows.filter(row => row.isOpen).map(row => row.key))
    const hidden = pathTo(story, selected).filter(one => !shown.has(one))
    if (hidden.length > 0) setToggled(opened(toggled, hidden, story))
  }, [key])
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])

  const toggle = (row: Row) => {
    const next = new Set(toggled)
    if (!next.delete(row.key)) next.add(row.key)
    setToggled(next)
  }
  const pick = (row: Row) => {
    setCursor(row.key)
    if (row.entry) onSelect(row.entry)
    else toggle(row)
  }
  const go = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))]
    if (!row) return
    setCursor(row.key)
    if (row.entry) onSelect(row.entry)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== box.current || event.ctrlKey || event.metaKey || event.altKey) return
    const moves = { ...zooming, row: rows[at], at, last: rows.length - 1, go, toggle }
    if (press(event.key, event.shiftKey, moves)) event.preventDefault()
  }

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <Toolbar
        zoom={zooming}
        folding={folding}
        foldable={scale.breaks.length > 0 || !folding}
        onFolding={setFolding}
        story={story}
      />
      <div
        ref={box}
        role="treegrid"
        aria-label="Timeline"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at >= 0 ? `lane-${current}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="timeline"
        className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto outline-offset-[-2px]"
      >
        <div
          role="row"
          tabIndex={-1}
          aria-rowindex={1}
          className={`${COLUMNS} sticky top-0 z-10 h-7 border-line border-b bg-surface`}
        >
          <span
            role="columnheader"
            tabIndex={-1}
            className="border-line border-r px-3 py-1 text-label text-muted"
          >
            State
          </span>
          <div ref={plot} role="columnheader" tabIndex={-1} data-axis className="min-w-0">
            <span className="sr-only">Time</span>
            <Axis scale={scale} view={zooming.view} width={width} />
          </div>
        </div>
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          <div className={`${COLUMNS} pointer-events-none absolute inset-0`}>
            <span />
            <div className="relative">
              <Rules scale={scale} view={zooming.view} width={width} />
            </div>
          </div>
          {virtual.getVirtualItems().map(item => {
            const row = rows[item.index]
            if (!row) return null
            return (
              <div
                key={item.key}
                role="presentation"
                className="absolute inset-x-0 top-0"
                style={{ height: ROW, transform: `translateY(${item.start - HEAD_HEIGHT}px)` }}
              >
                <TimelineRow
                  row={row}
                  index={item.index}
                  scale={scale}
                  view={zooming.view}
                  now={now}
                  selected={row.key === current}
                  onPick={pick}
                  onToggle={toggle}
                />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** As toggled, and these are open besides. */
function opened(toggled: ReadonlySet<string>, keys: string[], story: Story): Set<string> {
  const next = new Set(toggled)
  for (const key of keys) {
    const was = new Set(rowsOf(story, next).flatMap(row => (row.isOpen ? [row.key] : [])))
    if (was.has(key)) continue
    if (!next.delete(key)) next.add(key)
  }
  return next
}
