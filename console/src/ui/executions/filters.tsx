import { Link } from '@tanstack/react-router'
import { CalendarClock, X } from 'lucide-react'
import { useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import {
  EXECUTION_STATUSES,
  type ExecutionFilter,
  narrowings,
  RANGES,
  rangeLabel,
  statusesOf,
} from '~/data/filter'
import { Button, IconButton } from '../button'
import { Menu } from '../menu'
import { SearchBox } from '../search-box'
import { STATUSES, StatusGlyph, statusOf } from '../status'
import { exactTime, useUtc } from '../time'
import { MachineChip } from './machine-chip'
import { RangeDialog } from './range'

type Change = (next: ExecutionFilter) => void

/** The chips that narrow the list; everything that they say is in `filter`, and by that in the URL. */
export function Filters({
  filter,
  onChange,
  fixedMachine,
}: {
  filter: ExecutionFilter
  onChange: Change
  fixedMachine?: boolean
}) {
  const set = (part: Partial<ExecutionFilter>) => onChange({ ...filter, ...part })
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2" data-testid="filters">
      <SearchBox
        label="Search executions"
        placeholder="Name, ARN or error"
        value={filter.search}
        onChange={search => set({ search })}
      />
      {filter.mapRun && (
        <span className="inline-flex items-center">
          <Link
            to="/mapruns/$arn"
            params={{ arn: filter.mapRun }}
            className="inline-flex h-8 items-center rounded-control border border-line bg-surface px-3 text-text no-underline hover:bg-hover max-sm:h-11"
          >
            Children of {filter.mapRun.split(':').at(-2)}
          </Link>
          <IconButton small label="Not only this Map Run" onPress={() => set({ mapRun: undefined })}>
            <X size={14} aria-hidden="true" />
          </IconButton>
        </span>
      )}
      {!fixedMachine && !filter.mapRun && (
        <MachineChip machine={filter.machine} onChange={machine => set({ machine })} />
      )}
      <RangeChip filter={filter} onChange={onChange} />
      <ToggleButtonGroup
        aria-label="Status"
        selectionMode="multiple"
        selectedKeys={filter.status ?? []}
        onSelectionChange={keys => {
          const status = EXECUTION_STATUSES.filter(one => keys.has(one))
          set({ status: status.length > 0 ? status : undefined })
        }}
        className="flex min-w-0 flex-wrap gap-1 max-sm:w-full max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:pb-1"
      >
        {statusesOf(filter).map(status => (
          <ToggleButton
            key={status}
            id={status}
            data-testid={`status-${status}`}
            className="inline-flex h-8 shrink-0 cursor-pointer items-center gap-1 rounded-full border border-line bg-surface px-2.5 text-label data-[hovered]:bg-hover data-[selected]:border-ink data-[selected]:bg-selected data-[selected]:font-strong max-sm:h-11"
          >
            <span aria-hidden="true" className="inline-flex">
              <StatusGlyph status={statusOf(status)} size={12} still />
            </span>
            {STATUSES[statusOf(status)].word}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {narrowings(fixedMachine ? { ...filter, machine: undefined } : filter) > 0 && (
        <Button
          tone="quiet"
          data-testid="clear-filters"
          onPress={() => onChange(fixedMachine ? { machine: filter.machine } : {})}
        >
          <X size={14} aria-hidden="true" /> Clear
        </Button>
      )}
    </div>
  )
}

function RangeChip({ filter, onChange }: { filter: ExecutionFilter; onChange: Change }) {
  const [exact, setExact] = useState(false)
  const utc = useUtc()
  const label = rangeLabel(filter.from, filter.to, seconds => exactTime(seconds, utc).slice(0, 16))
  const set = (from?: string, to?: string) => onChange({ ...filter, from, to })
  return (
    <>
      <Menu
        label="Started"
        actions={[
          { id: 'any', label: 'Any time', run: () => set() },
          ...RANGES.map(({ id, label }) => ({ id, label, run: () => set(id) })),
          { id: 'exact', label: 'From … to …', run: () => setExact(true) },
        ]}
      >
        <Button data-testid="range" aria-label={`Started: ${label}`}>
          <CalendarClock size={14} aria-hidden="true" /> {label}
        </Button>
      </Menu>
      {exact && <RangeDialog filter={filter} onChange={set} onClose={() => setExact(false)} />}
    </>
  )
}
