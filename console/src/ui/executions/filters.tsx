import { CalendarClock, Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Input, SearchField, ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { EXECUTION_STATUSES, type ExecutionFilter, narrowings, RANGES, rangeLabel } from '~/data/filter'
import { Button } from '../button'
import { INPUT } from '../field'
import { Menu } from '../menu'
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
      {!fixedMachine && <MachineChip machine={filter.machine} onChange={machine => set({ machine })} />}
      <RangeChip filter={filter} onChange={onChange} />
      <ToggleButtonGroup
        aria-label="Status"
        selectionMode="multiple"
        selectedKeys={filter.status ?? []}
        onSelectionChange={keys => {
          const status = EXECUTION_STATUSES.filter(one => keys.has(one))
          set({ status: status.length > 0 ? status : undefined })
        }}
        className="flex min-w-0 flex-wrap gap-1"
      >
        {EXECUTION_STATUSES.map(status => (
          <ToggleButton
            key={status}
            id={status}
            data-testid={`status-${status}`}
            className="inline-flex h-8 cursor-pointer items-center gap-1 rounded-full border border-line bg-surface px-2.5 text-label data-[hovered]:bg-hover data-[selected]:border-ink data-[selected]:bg-selected data-[selected]:font-strong max-sm:h-11"
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

/** A search that is told once typing pauses. */
export function SearchBox({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const [typed, setTyped] = useState(value ?? '')
  const told = useRef(value ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if ((value ?? '') === told.current) return
    told.current = value ?? ''
    setTyped(value ?? '')
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const tell = (text: string) => {
    clearTimeout(timer.current)
    told.current = text.trim()
    onChange(text.trim() || undefined)
  }
  return (
    <SearchField
      aria-label={label}
      value={typed}
      onChange={text => {
        setTyped(text)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => tell(text), 250)
      }}
      onSubmit={tell}
      onClear={() => tell('')}
      className="relative w-60 max-sm:w-full"
    >
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-muted"
      />
      <Input
        placeholder={placeholder}
        data-testid="search"
        className={`${INPUT} h-8 pl-7 max-sm:h-11 [&::-webkit-search-cancel-button]:hidden`}
      />
    </SearchField>
  )
}
