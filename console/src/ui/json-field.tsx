import { useMemo, useRef } from 'react'
import { jsonFault } from '~/data/json-fault'
import { pretty } from '~/data/pretty'
import { Button } from './button'
import { Field } from './field'

/** A field for JSON that says at once what is wrong, and where. */
export function JsonField({
  label,
  value,
  onChange,
  rows = 8,
  error,
  help,
  autoFocus,
  'data-testid': testid,
}: {
  label: string
  value: string
  onChange: (text: string) => void
  rows?: number
  /** What the server said about it; a fault of the text itself comes first. */
  error?: string
  help?: string
  autoFocus?: boolean
  'data-testid'?: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const fault = useMemo(() => jsonFault(value), [value])
  const show = () => {
    const area = box.current?.querySelector('textarea')
    if (!area || !fault) return
    area.focus()
    area.setSelectionRange(fault.offset, Math.min(fault.offset + 1, value.length))
    area.scrollTop = Math.max(0, (fault.line - 3) * 20)
  }
  const format = () => onChange(pretty(value))
  return (
    <div ref={box} className="flex flex-col gap-1">
      <Field
        label={label}
        value={value}
        onChange={onChange}
        rows={rows}
        mono
        autoFocus={autoFocus}
        help={help}
        data-testid={testid}
        error={fault ? `Line ${fault.line}, column ${fault.column}: ${fault.message}.` : error}
      />
      <div className="flex gap-1">
        {fault ? (
          <Button small tone="quiet" onPress={show}>
            Show the place
          </Button>
        ) : (
          <Button small tone="quiet" onPress={format}>
            Format
          </Button>
        )}
      </div>
    </div>
  )
}
