import { join } from '~/asl/tree'
import { Select } from '~/ui/select'
import { inLanguage } from '../fields/types'
import { useForm } from '../form/scope'
import { own } from '../values'
import { TextControl } from './text'
import { type ControlProps, fieldId } from './types'

const WORDS: Record<string, string> = {
  Seconds: 'for some seconds',
  Timestamp: 'until a time',
  SecondsPath: 'for seconds from the input',
  TimestampPath: 'until a time from the input',
}

/** What a field begins with when it takes the place of another one. */
const BEGIN: Record<string, unknown> = {
  Seconds: 5,
  Timestamp: '2030-01-01T00:00:00Z',
  SecondsPath: '$.seconds',
  TimestampPath: '$.time',
}

/** Exactly one of several fields: which one, and what is in it. */
export function OneOfControl({ field, at, holder }: ControlProps) {
  const { change, language } = useForm()
  const all = inLanguage(field.fields ?? [], language)
  const set = all.filter(one => own(holder, one.key) !== undefined)
  const shown = set.length > 0 ? set : all.slice(0, 1)
  const first = set[0]
  const put = (key: string) => {
    if (key === first?.key) return
    const value = BEGIN[key]
    if (!first) {
      change([{ at: join(at, key), value }])
      return
    }
    const others = set.slice(1).filter(one => one.key !== key)
    change([
      { at: join(at, first.key), value, rename: key },
      ...others.map(one => ({ at: join(at, one.key), value: undefined })),
    ])
  }
  return (
    <>
      <Select
        label="Waits"
        value={first?.key ?? ''}
        choices={all.map(one => ({ id: one.key, label: WORDS[one.key] ?? one.key }))}
        onChange={put}
        help={field.help}
        data-testid={fieldId(`${field.key}-kind`)}
      />
      {shown.map(one => (
        <TextControl key={one.key} field={one} at={at} holder={holder} />
      ))}
    </>
  )
}
