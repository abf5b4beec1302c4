import type { ReactNode } from 'react'
import { cx } from './cx'

export interface Column<T> {
  id: string
  head: ReactNode
  cell: (row: T) => ReactNode
  /** Hidden on narrow screens. */
  minor?: boolean
  align?: 'end'
  className?: string
}

/** A plain table for up to some hundred rows. Longer ones are virtual and have a component of their own. */
export function Table<T>({
  label,
  columns,
  rows,
  rowKey,
  rowProps,
}: {
  label: string
  columns: Column<T>[]
  rows: readonly T[]
  rowKey: (row: T) => string
  rowProps?: (row: T) => Record<string, unknown>
}) {
  const shape = (column: Column<T>) =>
    cx(
      'px-3 text-left align-middle',
      column.minor && 'max-md:hidden',
      column.align === 'end' && 'text-right',
      column.className,
    )
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="relative shrink-0 overflow-x-auto rounded-control border border-line bg-surface"
    >
      <table className="w-full border-collapse">
        <thead>
          <tr className="h-8 border-line border-b text-label text-muted">
            {columns.map(column => (
              <th key={column.id} scope="col" className={cx(shape(column), 'font-normal whitespace-nowrap')}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr
              key={rowKey(row)}
              {...rowProps?.(row)}
              className="h-9 border-line border-b last:border-b-0 hover:bg-hover"
            >
              {columns.map(column => (
                <td key={column.id} className={shape(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
