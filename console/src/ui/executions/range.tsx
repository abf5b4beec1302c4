import { useState } from 'react'
import { type ExecutionFilter, momentOf } from '~/data/filter'
import { Button } from '../button'
import { Dialog } from '../dialog'
import { Field } from '../field'
import { exactTime, useUtc } from '../time'
import { momentFrom } from './moment'

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
