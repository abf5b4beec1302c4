import { useState } from 'react'
import { type ExecutionFilter, momentOf } from '~/data/filter'
import { Button } from '../button'
import { Dialog } from '../dialog'
import { Field } from '../field'
import { exactTime, useUtc } from '../time'

/** Two moments, as the clock that the console shows has them. */
export function RangeDialog({
  filter,
  onChange,
  onClose,
}: {
  filter: ExecutionFilter
  onChange: (from?: string, to?: string) => void
  onClose: () => void
}) {
  const utc = useUtc()
  const shown = (text: string | undefined) => {
    const at = momentOf(text, Date.now() / 1000)
    return at === undefined ? '' : exactTime(at, utc).slice(0, 16)
  }
  const [from, setFrom] = useState(shown(filter.from))
  const [to, setTo] = useState(shown(filter.to))
  const read = (text: string) => (text.trim() ? momentFrom(text, utc) : undefined)
  const bad = (text: string) => text.trim() !== '' && read(text) === undefined
  const [first, last] = [read(from), read(to)]
  const backwards = first !== undefined && last !== undefined && first >= last
  const help = `Like 2026-11-21 19:30, ${utc ? 'in UTC' : 'by your clock'}; empty for no bound.`
  return (
    <Dialog
      title="Started between"
      open
      onClose={onClose}
      data-testid="range-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={bad(from) || bad(to) || backwards}
            onPress={() => {
              onChange(first, last)
              onClose()
            }}
          >
            Show
          </Button>
        </>
      }
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="From"
          value={from}
          onChange={setFrom}
          help={help}
          error={bad(from) ? 'This is not a date and a time.' : undefined}
          autoFocus
        />
        <Field
          label="To"
          value={to}
          onChange={setTo}
          help={help}
          error={
            bad(to)
              ? 'This is not a date and a time.'
              : backwards
                ? 'This is not after the first.'
                : undefined
          }
        />
      </div>
    </Dialog>
  )
}

/** What somebody typed as ISO 8601 in UTC. */
export function momentFrom(text: string, utc: boolean): string | undefined {
  const parts = /^\s*(\d{4}-\d\d-\d\d)(?:[ T]+(\d\d?:\d\d)(:\d\d)?)?\s*$/.exec(text)
  if (!parts) return undefined
  const time = (parts[2] ?? '00:00').padStart(5, '0')
  const at = new Date(`${parts[1]}T${time}${parts[3] ?? ':00'}${utc ? 'Z' : ''}`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace('.000', '')
}
