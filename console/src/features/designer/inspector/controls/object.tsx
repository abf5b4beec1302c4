import { join } from '~/asl/tree'
import { inLanguage } from '../fields/types'
import { Fields } from '../form/fields'
import { useForm } from '../form/scope'
import { isObject } from '../form/shape'
import { own } from '../values'
import { RawControl } from './raw'
import type { ControlProps } from './types'

/** An object with fields of its own. */
export function ObjectControl({ field, at, holder }: ControlProps) {
  const { language } = useForm()
  const value = own(holder, field.key)
  if (value !== undefined && !isObject(value)) return <RawControl field={field} at={at} holder={holder} />
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-3 border-0 border-line border-l-2 p-0 pl-3">
      <legend className="mb-2 p-0 text-label font-strong">{field.key}</legend>
      <Fields
        fields={inLanguage(field.fields ?? [], language)}
        at={join(at, field.key)}
        holder={value ?? {}}
        apart={[]}
      />
    </fieldset>
  )
}
