import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { machineArnOf, machineNameOf } from '~/data/arn'
import type { ExecutionRow } from '~/data/types'
import { cx } from '../cx'
import { StatusBadge, StatusGlyph, statusOf } from '../status'
import { Elapsed, Time } from '../time'

/** The grid of a row; which columns it has is in base.css. */
export const WIDE = 'grid grid-cols-[36px_minmax(0,1fr)] items-center md:gap-x-3'

interface Props {
  row: ExecutionRow
  index: number
  top: number
  height: number
  columns: string
  withMachine: boolean
  chosen: boolean
  onChoose: (id: string, range: boolean) => void
}

/** One execution. On narrow screens two lines, else one cell a column. */
export const Row = memo(function Row(props: Props) {
  const { row, index, top, height, columns, withMachine, chosen, onChoose } = props
  const status = statusOf(row.status)
  return (
    <tr
      aria-rowindex={index}
      data-execution-id={row.executionArn}
      data-status={row.status}
      className={cx(
        columns,
        'absolute inset-x-0 border-line border-b hover:bg-hover',
        chosen && 'bg-selected',
      )}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <td className="flex h-full items-center justify-center max-md:row-span-2">
        <label className="flex size-full cursor-pointer select-none items-center justify-center">
          {/* The browser's own: forty of them come and go with each turn of the wheel. */}
          <input
            type="checkbox"
            aria-label={`Select ${row.name}`}
            checked={chosen}
            onChange={event =>
              onChoose(row.executionArn, (event.nativeEvent as MouseEvent).shiftKey === true)
            }
            className="size-4 cursor-pointer accent-(--ink)"
          />
        </label>
      </td>
      <td className="flex min-w-0 items-center gap-2 max-md:self-end">
        <span className="md:hidden">
          <StatusGlyph status={status} />
        </span>
        <Link
          to="/executions/$arn"
          params={{ arn: row.executionArn }}
          preload={false}
          className="truncate py-1 font-mono text-code text-text hover:underline"
          title={row.name}
        >
          {row.name}
        </Link>
      </td>
      {withMachine && (
        <td className="truncate max-md:hidden">
          <Link
            to="/machines/$arn"
            params={{ arn: machineArnOf(row.stateMachineArn) }}
            preload={false}
            className="text-text hover:underline"
          >
            {machineNameOf(row.stateMachineArn)}
          </Link>
        </td>
      )}
      <td className="max-md:hidden">
        <StatusBadge status={status} />
      </td>
      <td className="truncate max-md:col-start-2 max-md:self-start max-md:text-label max-md:text-muted">
        {withMachine && <span className="md:hidden">{machineNameOf(row.stateMachineArn)} · </span>}
        <Time at={row.startDate} />
        {row.error && <span className="text-failed md:hidden"> · {row.error}</span>}
      </td>
      <td className="truncate max-md:hidden">
        <Elapsed from={row.startDate} to={row.stopDate} />
      </td>
      <td
        className="truncate text-failed max-md:hidden"
        title={[row.error, row.cause].filter(Boolean).join(': ')}
      >
        {row.error}
        {row.cause && <span className="text-muted"> {row.cause}</span>}
      </td>
    </tr>
  )
})
