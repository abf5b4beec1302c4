import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '~/ui/button'
import { controls } from '../controls'
import { RawControl } from '../controls/raw'
import { unknownKeys } from '../fields'
import { type Field, keysOf } from '../fields/types'
import { own } from '../values'
import type { Holder } from './shape'

interface Props {
  fields: readonly Field[]
  at: string
  holder: Holder
  /** Keys that are shown elsewhere. */
  apart: readonly string[]
}

/** The fields of one object, and behind them what stands there and is none of them. */
export function Fields({ fields, at, holder, apart }: Props) {
  return (
    <>
      {shownOf(fields, holder).map(field => (
        <Control key={`${at} ${field.key}`} field={field} at={at} holder={holder} />
      ))}
      {unknownKeys(holder, fields, apart).map(key => (
        <RawControl key={`${at} ${key}`} field={unknown(key)} at={at} holder={holder} />
      ))}
    </>
  )
}

/** Those that are set, and those that may be. */
export function shownOf(fields: readonly Field[], holder: Holder): Field[] {
  return fields.filter(
    field => (field.when?.(holder) ?? true) || keysOf(field).some(key => own(holder, key) !== undefined),
  )
}

export function Control(props: { field: Field; at: string; holder: Holder }) {
  const { field, holder } = props
  const [open, setOpen] = useState(false)
  const Shown = controls[field.control]
  const empty = keysOf(field).every(key => own(holder, key) === undefined)
  if (field.folded && empty && !open) {
    return (
      <div>
        <Button small tone="quiet" onPress={() => setOpen(true)} data-testid={`add-${field.key}`}>
          <Plus size={14} aria-hidden="true" />
          {field.key}
        </Button>
      </div>
    )
  }
  return <Shown {...props} />
}

function unknown(key: string): Field {
  return { key, control: 'json', section: 'About', help: 'No field that this form knows; kept as it is.' }
}
