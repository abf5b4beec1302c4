import { join } from '~/asl/tree'
import { Select } from '~/ui/select'
import { Row } from '../form/row'
import { useForm } from '../form/scope'
import { own } from '../values'
import { type ControlProps, fieldId } from './types'

/** One of a few words; what stands there and is none of them stays to choose. */
export function OptionControl({ field, at, holder }: ControlProps) {
  const { change, problemsAt } = useForm()
  const value = own(holder, field.key)
  const set = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  const options = [...(field.options ?? [])]
  if (set !== '' && !options.includes(set)) options.push(set)
  const none = field.standard === undefined ? 'Not set' : `Not set (${field.standard})`
  const pointer = join(at, field.key)
  return (
    <Row>
      <Select
        label={field.key}
        value={set}
        choices={[{ id: '', label: none }, ...options.map(option => ({ id: option, label: option }))]}
        onChange={id => {
          if (id !== set) change([{ at: pointer, value: id === '' ? undefined : id }])
        }}
        help={field.help}
        error={problemsAt(pointer)}
        data-testid={fieldId(field.key)}
      />
    </Row>
  )
}
