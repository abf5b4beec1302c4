import { Link } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { nameOf, qualifierOf } from '~/data/arn'
import { Failure } from '~/data/failure'
import { jsonFault } from '~/data/json-fault'
import { useAliases, useVersions } from '~/data/machines'
import { pretty } from '~/data/pretty'
import type { Execution, MachineType } from '~/data/types'
import { Button } from '~/ui/button'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { JsonField } from '~/ui/json-field'
import { useNarrow } from '~/ui/media'
import { Select } from '~/ui/select'
import { fieldOf, type StartField } from './faults'
import { Inputs } from './inputs'
import { keepDraft, type StartDraft } from './kept'
import { SyncResult } from './result'
import { useStart } from './use-start'

/** Input, name and version of an execution that is to be started. */
export function StartForm({
  machine,
  type,
  same,
  first,
}: {
  machine: string
  type: MachineType
  same?: Execution
  first: StartDraft
}) {
  const [draft, setDraft] = useState(first)
  const start = useStart(machine)
  const narrow = useNarrow()
  const set = (part: Partial<StartDraft>) => setDraft(now => ({ ...now, ...part }))
  useEffect(() => keepDraft(machine, draft), [machine, draft])
  const failure = start.error instanceof Failure ? start.error : undefined
  const field = fieldOf(failure)
  const errorAt = (which: StartField) => (field === which ? failure?.message : undefined)
  const fault = jsonFault(draft.input)
  const run = (wait: boolean) => {
    if (!fault && !start.isPending) start.mutate({ draft, type, wait })
  }
  return (
    <form
      className="grid max-w-[1400px] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_320px]"
      onSubmit={event => {
        event.preventDefault()
        run(type === 'EXPRESS')
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) run(type === 'EXPRESS')
      }}
    >
      <div className="flex min-w-0 flex-col gap-3">
        {same && (
          <p className="text-muted">
            With the input of{' '}
            <Link to="/executions/$arn" params={{ arn: same.executionArn }} className="text-text underline">
              {same.name}
            </Link>
            {same.stateMachineVersionArn && ', and its version'}.
          </p>
        )}
        <JsonField
          label="Input"
          value={draft.input}
          onChange={input => set({ input })}
          rows={narrow ? 8 : 18}
          error={errorAt('input')}
          data-testid="input"
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label="Name (optional)"
            value={draft.name}
            onChange={name => set({ name })}
            help="Empty: the server makes one. A name is used once in 90 days."
            error={errorAt('name')}
            mono
            data-testid="name"
          />
          <Qualifier
            machine={machine}
            value={draft.qualifier}
            onChange={qualifier => set({ qualifier })}
            error={errorAt('qualifier')}
          />
        </div>
        {failure && !field && <FailureBox failure={failure} what="It was not started." />}
        <div className="flex flex-wrap items-center gap-2">
          {type === 'EXPRESS' && (
            <Button
              tone="ink"
              isDisabled={Boolean(fault) || start.isPending}
              onPress={() => run(true)}
              data-testid="start-sync"
            >
              <Play size={14} aria-hidden="true" /> {start.isPending ? 'Running…' : 'Start and wait'}
            </Button>
          )}
          <Button
            tone={type === 'EXPRESS' ? 'plain' : 'ink'}
            isDisabled={Boolean(fault) || start.isPending}
            onPress={() => run(false)}
            data-testid="start-go"
          >
            {type === 'STANDARD' && <Play size={14} aria-hidden="true" />} Start
          </Button>
          <span className="text-label text-muted max-sm:hidden">Ctrl Enter</span>
        </div>
        {start.data && <SyncResult answer={start.data} />}
      </div>
      <Inputs machine={machine} input={draft.input} onChoose={input => set({ input: pretty(input) })} />
    </form>
  )
}

function Qualifier(props: {
  machine: string
  value: string
  onChange: (arn: string) => void
  error?: string
}) {
  const versions = useVersions(props.machine)
  const aliases = useAliases(props.machine)
  const choices = [
    { id: '', label: 'As it is now' },
    ...(aliases.data ?? []).map(({ stateMachineAliasArn: id }) => ({
      id,
      label: nameOf(id),
      detail: 'alias',
    })),
    ...(versions.data ?? []).map(({ stateMachineVersionArn: id }) => ({
      id,
      label: `Version ${nameOf(id)}`,
      detail: 'version',
    })),
  ]
  if (!choices.some(choice => choice.id === props.value)) {
    choices.push({ id: props.value, label: qualifierOf(props.value) ?? props.value })
  }
  return (
    <Select
      label="Version or alias"
      choices={choices}
      value={props.value}
      onChange={props.onChange}
      error={props.error}
      data-testid="qualifier"
    />
  )
}
