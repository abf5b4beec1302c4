import { Plus, Trash2 } from 'lucide-react'
import { join, split } from '~/asl/tree'
import { Button, IconButton } from '~/ui/button'
import { Select } from '~/ui/select'
import { RawControl } from '../controls/raw'
import { useForm } from '../form/scope'
import { isObject } from '../form/shape'
import {
  CONDITION_KEYS,
  type Combination,
  type Condition,
  combined,
  conditionIn,
  NEW_TEST,
  readCondition,
} from './rule'
import { TestEditor } from './test-editor'

const KINDS: { id: Combination; label: string }[] = [
  { id: 'test', label: 'one test' },
  { id: 'all', label: 'all of (And)' },
  { id: 'any', label: 'any of (Or)' },
  { id: 'not', label: 'not' },
]

/** Deeper ones are shown as JSON. */
const DEPTH_MAX = 8

interface Props {
  /** Where the object with the condition stands. */
  at: string
  value: unknown
  /** The rule itself: it has `Next` and more besides the condition. */
  top?: boolean
  depth?: number
}

/** A condition: a test, or several of them together. */
export function ConditionEditor({ at, value, top, depth = 0 }: Props) {
  const { change } = useForm()
  const condition = readCondition(top && isObject(value) ? conditionIn(value) : value)
  const replace = (next: unknown) => {
    if (!top || !isObject(value)) return change([{ at, value: next }])
    const others = Object.entries(value).filter(([key]) => !CONDITION_KEYS.includes(key))
    return change([{ at, value: { ...(next as object), ...Object.fromEntries(others) } }])
  }
  if (condition.kind === 'other' || depth > DEPTH_MAX) {
    return <Other at={at} value={value} top={top} onStart={() => replace(NEW_TEST)} />
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        label={top ? 'Condition' : 'Part'}
        hiddenLabel={!top}
        value={condition.kind}
        choices={KINDS}
        onChange={id => {
          if (id !== condition.kind) replace(combined(condition, id as Combination))
        }}
        data-testid="condition-kind"
      />
      {condition.kind === 'test' ? (
        <TestEditor at={at} test={condition} holder={isObject(value) ? value : {}} />
      ) : (
        <Group at={at} condition={condition} depth={depth} />
      )}
    </div>
  )
}

/** The parts of a combination, set off from what they are parts of. */
function Group({ at, condition, depth }: { at: string; condition: Condition; depth: number }) {
  const { change } = useForm()
  if (condition.kind === 'not') {
    return (
      <div className="border-line-strong border-l-2 pl-2">
        <ConditionEditor at={join(at, 'Not')} value={condition.rule} depth={depth + 1} />
      </div>
    )
  }
  if (condition.kind !== 'all' && condition.kind !== 'any') return null
  const pointer = join(at, condition.kind === 'all' ? 'And' : 'Or')
  const { rules } = condition
  const put = (next: unknown[]) => change([{ at: pointer, value: next }])
  return (
    <ul
      aria-label={condition.kind === 'all' ? 'All of' : 'Any of'}
      className="m-0 flex list-none flex-col gap-4 border-line-strong border-l-2 p-0 pl-2"
    >
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is what stands at its place
        <li key={index} className="flex min-w-0 items-start gap-1">
          <div className="min-w-0 flex-1">
            <ConditionEditor at={join(pointer, index)} value={rule} depth={depth + 1} />
          </div>
          <IconButton
            small
            label={`Remove part ${index + 1}`}
            isDisabled={rules.length === 1}
            onPress={() => put(rules.filter((_, other) => other !== index))}
          >
            <Trash2 size={14} aria-hidden="true" />
          </IconButton>
        </li>
      ))}
      <li>
        <Button small tone="quiet" onPress={() => put([...rules, NEW_TEST])} data-testid="add-part">
          <Plus size={14} aria-hidden="true" />
          Add part
        </Button>
      </li>
    </ul>
  )
}

/** What is no condition that the builder can show. */
function Other({ at, value, top, onStart }: Props & { onStart: () => void }) {
  if (top) {
    const empty = !isObject(value) || Object.keys(conditionIn(value)).length === 0
    if (!empty) return <p className="m-0 text-label text-muted">This condition is mended in the code.</p>
    return (
      <div>
        <Button small onPress={onStart}>
          <Plus size={14} aria-hidden="true" />
          Add a condition
        </Button>
      </div>
    )
  }
  const { parent, key } = split(at)
  return (
    <RawControl
      field={{ key, control: 'json', section: 'Work', help: 'A condition as JSON.' }}
      at={parent}
      holder={{ [key]: value }}
    />
  )
}
