import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react'
import type { ExecutionList as Rows } from '~/data/executions'
import type { ExecutionRow } from '~/data/types'
import { Button } from '../button'
import { cx } from '../cx'
import { FailureBox } from '../feedback'
import { Checkbox } from '../field'
import { useNarrow } from '../media'
import { Row, WIDE } from './row'
import { type Selection, toggle, toggleAll } from './selection'

const HEADS = ['Name', 'Machine', 'Status', 'Started', 'Duration', 'Error']
/** Rows from the end at which older ones are asked for. */
const AHEAD = 20
/** Empty pages that are passed over by themselves. */
const EMPTY_MAX = 20

/** Executions as a table of which only what is in view exists, so that thousands stay quick. */
export function ExecutionTable({
  list,
  selection,
  onSelection,
  withMachine,
  empty,
}: {
  list: Rows
  selection: Selection
  onSelection: (next: Selection) => void
  withMachine: boolean
  empty: ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const tries = useRef(0)
  const narrow = useNarrow()
  const { rows, more, loading, loadMore, failure } = list
  const ids = useMemo(() => rows.map(row => row.executionArn), [rows])
  // One function for all rows and all times, or every row would be drawn with each turn of the wheel.
  const latest = useRef({ selection, ids, onSelection })
  latest.current = { selection, ids, onSelection }
  const onChoose = useCallback((id: string, range: boolean) => {
    const { selection, ids, onSelection } = latest.current
    onSelection(toggle(selection, id, ids, range))
  }, [])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 60 : 32),
    overscan: 12,
    useFlushSync: false,
    getItemKey: index => ids[index] ?? index,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height is another measure
  useEffect(() => virtual.measure(), [narrow])
  const items = virtual.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (!more || loading || failure || lastSeen < rows.length - AHEAD) return
    // Pages of a search may be empty; somebody who looks for a rare thing presses the button.
    if (rows.length === 0) tries.current += 1
    if (tries.current <= EMPTY_MAX) loadMore()
  }, [more, loading, failure, lastSeen, rows.length, loadMore])
  const columns = cx(WIDE, withMachine ? 'md:grid-cols-(--with-machine)' : 'md:grid-cols-(--without-machine)')
  return (
    <section
      ref={scroller}
      tabIndex={0}
      aria-label="Executions"
      className="min-h-40 flex-1 overflow-auto rounded-control border border-line bg-surface"
    >
      <table className="block w-full" aria-label="Executions" aria-rowcount={more ? -1 : rows.length + 1}>
        <thead className="sticky block top-0 z-1 border-line border-b bg-surface">
          <tr aria-rowindex={1} className={cx(columns, 'h-8 text-label text-muted max-md:h-11')}>
            <th scope="col" className="flex justify-center">
              <Checkbox
                aria-label={`Select all ${rows.length} loaded`}
                data-testid="select-all"
                isSelected={rows.length > 0 && ids.every(id => selection.chosen.has(id))}
                isIndeterminate={selection.chosen.size > 0 && !ids.every(id => selection.chosen.has(id))}
                onChange={() => onSelection(toggleAll(selection, ids))}
              />
            </th>
            {HEADS.filter(head => withMachine || head !== 'Machine').map(head => (
              <th
                scope="col"
                key={head}
                className={cx('text-left font-normal', head === 'Name' ? undefined : 'max-md:hidden')}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
          {items.map(item => {
            const row = rows[item.index] as ExecutionRow
            return (
              <Row
                key={item.key}
                row={row}
                index={item.index + 2}
                top={item.start}
                height={item.size}
                columns={columns}
                withMachine={withMachine}
                chosen={selection.chosen.has(row.executionArn)}
                onChoose={onChoose}
              />
            )
          })}
        </tbody>
      </table>
      {rows.length === 0 && !loading && !more && !failure && empty}
      {failure && (
        <div className="p-3">
          <FailureBox failure={failure} onRetry={list.again} what="The list could not be read." />
        </div>
      )}
      {(loading || more) && !failure && (
        <div className="flex h-11 items-center justify-center text-muted" role="status">
          {loading ? (
            rows.length > 0 ? (
              'Loading…'
            ) : (
              'Looking…'
            )
          ) : (
            <Button onPress={loadMore}>Load older ones</Button>
          )}
        </div>
      )}
    </section>
  )
}
