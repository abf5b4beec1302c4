import { join } from '~/asl/tree'
import { Select } from '~/ui/select'
import { Row } from '../form/row'
import { useForm } from '../form/scope'
import { own } from '../values'
import { type ControlProps, fieldId } from './types'

const END = '\u0000end'
const NONE = '\u0000none'

/** Names of the states that one can go to from here; one that is not there, but written, too. */
function useTargets(written: unknown, self?: string) {
  const { scope } = useForm()
  const names = scope.states.map(state => state.name)
  if (typeof written === 'string' && !names.includes(written)) names.push(written)
  return names.filter(name => name !== self || name === written).map(name => ({ id: name, label: name }))
}

/** A state of the same part. */
export function TargetControl({ field, at, holder }: ControlProps) {
  const { change, problemsAt } = useForm()
  const value = own(holder, field.key)
  const targets = useTargets(value)
  const pointer = join(at, field.key)
  const needed = field.key !== 'Default'
  return (
    <Row>
      <Select
        label={field.key}
        value={typeof value === 'string' ? value : NONE}
        choices={needed && typeof value === 'string' ? targets : [{ id: NONE, label: 'None' }, ...targets]}
        onChange={id => {
          if (id !== value) change([{ at: pointer, value: id === NONE ? undefined : id }])
        }}
        help={field.help}
        error={problemsAt(pointer)}
        data-testid={fieldId(field.key)}
      />
    </Row>
  )
}

/** Where the state goes: on to another one, or to the end. */
export function TransitionControl({ field, at, holder }: ControlProps) {
  const { change, problemsAt, state } = useForm()
  const next = own(holder, 'Next')
  const end = own(holder, 'End') === true
  const targets = useTargets(next, state?.name)
  const value = typeof next === 'string' ? next : end ? END : NONE
  const choices = [{ id: END, label: 'End here' }, ...targets]
  if (value === NONE) choices.unshift({ id: NONE, label: 'Not set' })
  const put = (id: string) => {
    if (id === value || id === NONE) return
    const [key, other, to] = id === END ? ['End', 'Next', true] : ['Next', 'End', id]
    if (own(holder, other) !== undefined && own(holder, key) === undefined) {
      change([{ at: join(at, other), value: to, rename: key }])
    } else {
      const both = own(holder, other) !== undefined
      change([{ at: join(at, key), value: to }, ...(both ? [{ at: join(at, other), value: undefined }] : [])])
    }
  }
  return (
    <Row>
      <Select
        label="Next"
        value={value}
        choices={choices}
        onChange={put}
        help={field.help}
        error={problemsAt(join(at, 'Next')) ?? problemsAt(join(at, 'End'))}
        data-testid={fieldId('Next')}
      />
    </Row>
  )
}
