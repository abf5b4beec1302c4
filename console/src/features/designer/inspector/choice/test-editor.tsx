import { join } from '~/asl/tree'
import { Checkbox } from '~/ui/field'
import { Select } from '~/ui/select'
import { TextControl } from '../controls/text'
import type { Field } from '../fields/types'
import { useForm } from '../form/scope'
import { carriedOperand, OPERATORS, type Operator, operatorOf } from './operators'
import type { Condition } from './rule'

type Test = Extract<Condition, { kind: 'test' }>

const variable: Field = {
  key: 'Variable',
  control: 'value',
  section: 'Work',
  help: 'A path into the input, such as $.total; or a variable.',
}

interface Props {
  at: string
  test: Test
  holder: Record<string, unknown>
}

/** A variable, an operator, and what it is compared with. */
export function TestEditor({ at, test, holder }: Props) {
  const { change } = useForm()
  const found = operatorOf(test.operator)
  if (!found) return null
  const { operator, path } = found
  const put = (next: Operator, byPath: boolean) => {
    const key = byPath ? `${next.name}Path` : next.name
    if (key === test.operator) return
    const value = carriedOperand(test.operand, path, next, byPath)
    change([{ at: join(at, test.operator), value, rename: key }])
  }
  return (
    <>
      <TextControl field={variable} at={at} holder={holder} />
      <Select
        label="Operator"
        value={operator.name}
        choices={OPERATORS.map(({ name, label }) => ({ id: name, label }))}
        onChange={id => {
          const next = operatorOf(id)?.operator
          if (next) put(next, path && next.path)
        }}
        data-testid="operator"
      />
      {operator.path && (
        <Checkbox isSelected={path} onChange={on => put(operator, on)}>
          compared with a path
        </Checkbox>
      )}
      <Operand at={at} test={test} holder={holder} kind={path ? 'path' : operator.kind} />
    </>
  )
}

function Operand({ at, test, holder, kind }: Props & { kind: Operator['kind'] | 'path' }) {
  const { change } = useForm()
  const key = test.operator
  if ((kind === 'boolean' || kind === 'is') && typeof test.operand === 'boolean') {
    return (
      <Select
        label={key}
        value={String(test.operand)}
        choices={[
          { id: 'true', label: 'true' },
          { id: 'false', label: 'false' },
        ]}
        onChange={id => change([{ at: join(at, key), value: id === 'true' }])}
        data-testid="operand"
      />
    )
  }
  const field: Field = { key, section: 'Work', help: HELP[kind], control: 'value', constant: kind !== 'path' }
  if (kind === 'number')
    return <TextControl field={{ ...field, control: 'number' }} at={at} holder={holder} />
  if (kind === 'text') return <TextControl field={{ ...field, emptyIsText: true }} at={at} holder={holder} />
  if (kind === 'boolean' || kind === 'is') {
    return <TextControl field={{ ...field, control: 'json' }} at={at} holder={holder} />
  }
  return <TextControl field={field} at={at} holder={holder} />
}

const HELP: Record<Operator['kind'] | 'path', string> = {
  path: 'A path into the input.',
  number: 'A number.',
  text: 'A text as it is. With "matches", * stands for anything.',
  time: 'A time such as 2030-01-31T12:00:00Z.',
  boolean: 'true or false.',
  is: 'true or false.',
}
