import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Failure } from '~/data/failure'
import { Button, IconButton } from '~/ui/button'
import { FailureBox, notify } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { StatusGlyph, statusOf } from '~/ui/status'
import { Time } from '~/ui/time'
import { keepSaved, readSaved, type SavedInput } from './kept'
import { useRecentInputs } from './recent'

interface Props {
  machine: string
  input: string
  onChoose: (input: string) => void
}

/** Inputs to take: those that were saved under a name, and those of the newest executions. */
export function Inputs(props: Props) {
  return (
    <aside aria-label="Inputs" className="flex min-w-0 flex-col gap-4">
      <Saved {...props} />
      <Recent {...props} />
    </aside>
  )
}

function Saved({ machine, input, onChoose }: Props) {
  const [saved, setSaved] = useState(() => readSaved(machine))
  const [name, setName] = useState('')
  const keep = (next: SavedInput[]) => {
    setSaved(next)
    if (!keepSaved(machine, next)) notify('The browser has no room to keep this.', 'bad')
  }
  const add = () => {
    const wanted = name.trim()
    if (!wanted) return
    keep([...saved.filter(one => one.name !== wanted), { name: wanted, input }])
    setName('')
  }
  return (
    <section aria-label="Saved inputs" className="flex flex-col gap-2">
      <h2 className="font-strong">Saved inputs</h2>
      {saved.length > 0 && (
        <ul className="overflow-hidden rounded-control border border-line bg-surface">
          {saved.map(one => (
            <li key={one.name} className="flex items-center border-line border-b pr-1 last:border-b-0">
              <Choice label={one.name} input={one.input} onChoose={onChoose} />
              <IconButton
                small
                label={`Remove ${one.name}`}
                onPress={() => keep(saved.filter(other => other !== one))}
              >
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <Field
          label="Save this input as"
          value={name}
          onChange={setName}
          maxLength={60}
          className="flex-1"
          data-testid="save-name"
        />
        <Button onPress={add} isDisabled={!name.trim()} data-testid="save-input">
          Save
        </Button>
      </div>
    </section>
  )
}

function Recent({ machine, onChoose }: Props) {
  const recent = useRecentInputs(machine)
  return (
    <section aria-label="Recent inputs" className="flex flex-col gap-2">
      <h2 className="font-strong">Recent inputs</h2>
      {recent.isPending && <p className="text-muted">Loading…</p>}
      {recent.error instanceof Failure && (
        <FailureBox failure={recent.error} onRetry={() => void recent.refetch()} />
      )}
      {recent.data?.length === 0 && (
        <p className="text-muted">Inputs of executions that ran stand here; none has run.</p>
      )}
      {recent.data && recent.data.length > 0 && (
        <ul className="overflow-hidden rounded-control border border-line bg-surface" data-testid="recent">
          {recent.data.map(one => (
            <li key={one.execution} className="flex items-center border-line border-b last:border-b-0">
              <Choice label={one.name} input={one.input} onChoose={onChoose}>
                <StatusGlyph status={statusOf(one.status)} size={12} />
                <Time at={one.at} />
              </Choice>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Choice(props: {
  label: string
  input: string
  onChoose: (input: string) => void
  children?: React.ReactNode
}) {
  return (
    <button
      type="button"
      onClick={() => props.onChoose(props.input)}
      className="flex min-w-0 flex-1 cursor-pointer flex-col px-2 py-1.5 text-left hover:bg-hover"
    >
      <span className="flex items-center gap-1.5 text-label text-muted">
        {props.children}
        <span className="truncate">{props.label}</span>
      </span>
      <span className="truncate font-mono text-code">{props.input.slice(0, 200).replace(/\s+/g, ' ')}</span>
    </button>
  )
}
