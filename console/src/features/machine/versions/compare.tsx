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
import { type Entry, entriesOf, marksOf } from './entries'

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
  const [selected, setSelected] = useState<Entry>()
  const read = useMemo(() => both(from, to), [from, to])
  if (!read) return <FailureBox failure={new Error('One of the definitions cannot be read as JSON.')} />
  const { before, after, entries, machine } = read
  const shown = side === 'before' ? before : after
  if (entries.length === 0 && machine.length === 0) return <p role="status">They are the same.</p>
  const choose = (entry: Entry) => {
    setSelected(entry)
    if (entry[side] === undefined) setSide(side === 'before' ? 'after' : 'before')
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
              diff={marksOf(entries, side)}
              selection={selected?.[side]}
              onSelect={id => setSelected(entries.find(entry => id !== undefined && entry[side] === id))}
              minimap={false}
              label={side === 'before' ? 'The older definition' : 'The newer definition'}
            />
          </Suspense>
        </div>
      </div>
      <div className="flex max-h-[60vh] flex-col gap-3 overflow-auto">
        {machine.length > 0 && <p>Of the machine itself: {machine.join(', ')}.</p>}
        <ul aria-label="Differences" className="rounded-control border border-line bg-surface">
          {entries.map(entry => (
            <li key={`${entry.before} ${entry.after}`} className="border-line border-b last:border-b-0">
              <button
                type="button"
                aria-pressed={entry === selected}
                onClick={() => choose(entry)}
                className="flex w-full cursor-pointer flex-wrap items-baseline gap-x-2 px-3 py-1.5 text-left hover:bg-hover aria-pressed:bg-hover max-sm:min-h-11"
              >
                <span className="font-strong">{entry.name}</span>
                <span className={`text-label ${TONES[entry.mark]}`}>{entry.mark}</span>
                <span className="text-label text-muted">
                  {[entry.was && `was ${entry.was}`, ...entry.fields].filter(Boolean).join(', ')}
                </span>
              </button>
              {entry === selected && <Values entry={entry} before={before} after={after} />}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

const TONES = { added: 'text-succeeded', removed: 'text-failed', changed: 'text-caught' }

/** The fields of one state as they were and as they are. */
function Values({ entry, before, after }: { entry: Entry; before: Program; after: Program }) {
  const old = textOf(before, entry.before, entry)
  const now = textOf(after, entry.after, entry)
  return (
    <div className="flex flex-col gap-2 border-line border-t p-2">
      {old && <Json label={`${entry.name} before`} text={old} />}
      {old && now && <p className="text-label text-muted">became</p>}
      {now && <Json label={`${entry.name} after`} text={now} />}
    </div>
  )
}

/** Of a changed state the fields that differ, else all of it. */
function textOf(program: Program, id: string | undefined, entry: Entry): string | undefined {
  const value = id === undefined ? undefined : program.states.get(id)?.value
  if (!value || entry.mark !== 'changed') return value && JSON.stringify(value)
  const names = entry.fields.map(field => field.replace(/\/.*/, ''))
  if (names.length === 0) return undefined
  return JSON.stringify(
    Object.fromEntries(names.filter(name => name in value).map(name => [name, value[name]])),
  )
}

function both(from: string, to: string) {
  const before = readProgram({ text: from, format: 'json' }).program
  const after = readProgram({ text: to, format: 'json' }).program
  return before && after ? { before, after, ...entriesOf(before, after) } : undefined
}
