import { join } from '~/asl/tree'
import { Checkbox } from '~/ui/field'
import { useForm } from '../form/scope'
import { own } from '../values'
import { TextControl } from './text'
import { type ControlProps, fieldId } from './types'

/** A path; or null, which means that nothing is taken. */
export function PathControl({ field, at, holder }: ControlProps) {
  const { change } = useForm()
  const nothing = own(holder, field.key) === null
  const shown = nothing ? { ...holder, [field.key]: undefined } : holder
  return (
    <div className="flex min-w-0 items-start gap-3">
      <div className="min-w-0 flex-1">
        <TextControl field={nothing ? { ...field, standard: 'null' } : field} at={at} holder={shown} />
      </div>
      <div className="mt-5 flex h-8 items-center text-label max-sm:h-11">
        <Checkbox
          isSelected={nothing}
          onChange={on => change([{ at: join(at, field.key), value: on ? null : undefined }])}
          aria-label={`${field.key}: nothing`}
          data-testid={`${fieldId(field.key)}-null`}
        >
          nothing
        </Checkbox>
      </div>
    </div>
  )
}
