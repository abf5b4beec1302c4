import { lazy, Suspense, useMemo, useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import type { Program } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { Failure } from '~/data/failure'
import { useMachine } from '~/data/machines'
import type { Machine } from '~/data/types'
import { Button } from '~/ui/button'
import { FailureBox, Loading } from '~/ui/feedback'
import { Json } from '~/ui/json'
import { Select } from '~/ui/select'
import { type Difference, differences, topDifferences } from './difference'

const FlowGraph = lazy(() => import('~/graph').then(graph => ({ default: graph.FlowGraph })))

interface Props {
  machine: Machine
  /** Numbers of the published versions. */
  versions: string[]
  from: string
  to: string
  onChange: (next: { from?: string; to?: string }) => void
}

/** Two versions beside each other: what differs is marked on the graph and listed. */
export function Compare({ machine, versions, from, to, onChange }: Props) {
  const arnOf = (version: string) =>
    version === 'latest' ? machine.stateMachineArn : `${machine.stateMachineArn}:${version}`
  const before = useMachine(arnOf(from))
  const after = useMachine(arnOf(to))
  const failure = [before.error, after.error].find(error => error instanceof Failure)
  const choices = [
    { id: 'latest', label: 'As it is now' },
    ...versions.map(version => ({ id: version, label: `Version ${version}` })),
  ]
  return (
    <section aria-label="Comparison" data-testid="comparison" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Select label="From" choices={choices} value={from} onChange={id => onChange({ from: id, to })} />
        <Select label="To" choices={choices} value={to} onChange={id => onChange({ from, to: id })} />
        <Button tone="quiet" onPress={() => onChange({ from: to, to: from })}>
          Swap
        </Button>
        <Button tone="quiet" onPress={() => onChange({})}>
          Close
        </Button>
      </div>
      {failure && <FailureBox failure={failure} what="A version cannot be read." />}
      {before.data && after.data ? (
        <Differences from={before.data.definition} to={after.data.definition} />
      ) : (
        !failure && <Loading />
      )}
    </section>
  )
}

function Differences({ from, to }: { from: string; to: string }) {
  const [side, setSide] = useState<'before' | 'after'>('after')
  const [selected, setSelected] = useState<string>()
  const read = useMemo(() => both(from, to), [from, to])
  if (!read) return <FailureBox failure={new Error('One of the definitions cannot be read as JSON.')} />
  const { before, after, found, top } = read
  const shown = side === 'before' ? before : after
  const marks = new Map(found.filter(one => shown.states.has(one.id)).map(one => [one.id, one.mark]))
  if (found.length === 0 && top.length === 0) return <p role="status">They are the same.</p>
  const choose = (one: Difference) => {
    setSelected(one.id)
    if (one.mark !== 'changed') setSide(one.mark === 'removed' ? 'before' : 'after')
  }
  return (
    <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex h-[60vh] min-h-80 flex-col overflow-hidden rounded-control border border-line bg-surface">
        <ToggleButtonGroup
          aria-label="Which one is drawn"
          selectedKeys={[side]}
          disallowEmptySelection
          onSelectionChange={keys => setSide(keys.has('before') ? 'before' : 'after')}
          className="flex gap-1 border-line border-b p-1"
        >
          {(['before', 'after'] as const).map(id => (
            <ToggleButton
              key={id}
              id={id}
              className="h-7 cursor-pointer rounded-control px-3 text-label text-muted data-[selected]:bg-selected data-[selected]:font-strong data-[selected]:text-text max-sm:h-11"
            >
              {id === 'before' ? 'From' : 'To'}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <div className="min-h-0 flex-1">
          <Suspense fallback={<Loading />}>
            <FlowGraph
              program={shown}
              diff={marks}
              selection={selected && shown.states.has(selected) ? selected : undefined}
              onSelect={setSelected}
              minimap={false}
              label={side === 'before' ? 'The older definition' : 'The newer definition'}
            />
          </Suspense>
        </div>
      </div>
      <div className="flex max-h-[60vh] flex-col gap-3 overflow-auto">
        {top.length > 0 && <p>Of the machine itself: {top.join(', ')}.</p>}
        <ul aria-label="Differences" className="rounded-control border border-line bg-surface">
          {found.map(one => (
            <li key={`${one.mark} ${one.id}`} className="border-line border-b last:border-b-0">
              <button
                type="button"
                aria-pressed={one.id === selected}
                onClick={() => choose(one)}
                className="flex w-full cursor-pointer flex-wrap items-baseline gap-x-2 px-3 py-1.5 text-left hover:bg-hover aria-pressed:bg-hover"
              >
                <span className="font-strong">{one.name}</span>
                <span className={`text-label ${TONES[one.mark]}`}>{one.mark}</span>
                <span className="text-label text-muted">{one.fields.join(', ')}</span>
              </button>
              {one.id === selected && <Values one={one} before={before} after={after} />}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

const TONES = { added: 'text-succeeded', removed: 'text-failed', changed: 'text-caught' }

/** The fields of one state as they were and as they are. */
function Values({ one, before, after }: { one: Difference; before: Program; after: Program }) {
  const old = before.states.get(one.id)?.value
  const now = after.states.get(one.id)?.value
  const fields = (value: Record<string, unknown>) =>
    one.mark === 'changed'
      ? Object.fromEntries(one.fields.filter(name => name in value).map(name => [name, value[name]]))
      : value
  return (
    <div className="flex flex-col gap-2 border-line border-t p-2">
      {old && <Json label={`${one.name} before`} text={JSON.stringify(fields(old))} />}
      {old && now && <p className="text-label text-muted">became</p>}
      {now && <Json label={`${one.name} after`} text={JSON.stringify(fields(now))} />}
    </div>
  )
}

function both(from: string, to: string) {
  const before = readProgram({ text: from, format: 'json' })
  const after = readProgram({ text: to, format: 'json' })
  if (!before.program || !after.program) return undefined
  return {
    before: before.program,
    after: after.program,
    found: differences(before.program, after.program),
    top: topDifferences(from, to),
  }
}
