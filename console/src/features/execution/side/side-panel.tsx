import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import type { Program } from '~/asl/program'
import { IconButton } from '~/ui/button'
import { Json } from '~/ui/json'
import { StatusBadge } from '~/ui/status'
import { Elapsed, Time } from '~/ui/time'
import { stateIdOf } from '../fold/states'
import { type Entry, eventOf, type Story } from '../fold/story'
import { type Selection, visitsOf } from '../selection'
import { Attempts, TroubleBox } from './attempts'
import { childOf, functionOf } from './children'
import { DataFlow } from './data-flow'
import { Inside } from './inside'
import { Latency } from './latency'
import { Fact, Section } from './section'
import { Variables } from './variables'

interface Props {
  story: Story
  program?: Program
  selection: Selection
  /** The execution that is shown; without one it is a file, and others cannot be opened. */
  linked?: string
  onSelect: (entry: Entry) => void
  onClose: () => void
}

/** All there is to say about one visit of a state, or one event. */
export function SidePanel(props: Props) {
  const { story, program, selection } = props
  const { entry, state, event } = selection
  if (entry) return <Visit key={entry.index} {...props} entry={entry} />
  const node = state === undefined ? undefined : program?.states.get(state)
  const alone = event === undefined ? undefined : eventOf(story, event)
  return (
    <div className="h-full overflow-auto bg-surface" data-testid="side">
      <Head title={node?.name ?? alone?.type ?? 'Nothing selected'} onClose={props.onClose} />
      {node && (
        <>
          <Section title="Not reached">
            <p className="text-muted">This execution has not come to this state.</p>
          </Section>
          <Definition value={node.value} />
        </>
      )}
      {alone && (
        <Section title={`Event ${alone.id}`}>
          <Json text={JSON.stringify(alone)} label={`event ${alone.id}`} />
        </Section>
      )}
    </div>
  )
}

function Visit({ story, program, selection, entry, linked, onSelect, onClose }: Props & { entry: Entry }) {
  const state = stateIdOf(story, program, entry)
  const node = state === undefined ? undefined : program?.states.get(state)
  return (
    <div className="h-full overflow-auto bg-surface" data-testid="side" data-entry={entry.entered.id}>
      <Head title={entry.name} onClose={onClose}>
        <StatusBadge status={entry.status} />
      </Head>
      <section className="px-3 py-2">
        <Visits story={story} program={program} entry={entry} onSelect={onSelect} />
        <dl className="m-0 mb-2">
          <Fact name="Type">
            {entry.type}
            <Place story={story} entry={entry} onSelect={onSelect} />
          </Fact>
          <Fact name="Entered">
            <Time at={entry.entered.at} exact />
          </Fact>
          <Fact name="Took">
            <Elapsed from={entry.entered.at} to={entry.ended?.at} />
          </Fact>
          <Calls entry={entry} linked={linked} />
        </dl>
        <Latency entry={entry} />
        {entry.trouble && entry.attempts.every(attempt => !attempt.trouble) && (
          <TroubleBox trouble={entry.trouble} />
        )}
      </section>
      <Attempts entry={entry} event={selection.event} />
      <Inside story={story} entry={entry} onSelect={onSelect} />
      <DataFlow entry={entry} />
      <Variables story={story} entry={entry} />
      {node && <Definition value={node.value} />}
    </div>
  )
}

function Head({
  title,
  children,
  onClose,
}: {
  title: string
  children?: React.ReactNode
  onClose: () => void
}) {
  return (
    <div className="sticky top-0 z-10 flex min-h-10 items-center gap-2 border-line border-b bg-surface pr-1 pl-3">
      <h2 className="min-w-0 flex-1 truncate text-body font-strong" title={title}>
        {title}
      </h2>
      {children}
      <IconButton small label="Close" onPress={onClose}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  )
}

/** A state that was visited several times: which visit this is, and the others. */
function Visits({
  story,
  program,
  entry,
  onSelect,
}: Pick<Props, 'story' | 'program' | 'onSelect'> & { entry: Entry }) {
  const state = stateIdOf(story, program, entry)
  const all = state === undefined ? [] : visitsOf(story, program, state)
  const at = all.findIndex(visit => visit.index === entry.index)
  if (all.length < 2) return null
  const step = (by: number) => {
    const other = all[at + by]
    return { isDisabled: !other, onPress: () => other && onSelect(other) }
  }
  return (
    <div className="mb-1 flex items-center gap-1 text-muted" data-testid="visits">
      <IconButton small label="Visit before" {...step(-1)}>
        <ChevronLeft size={14} aria-hidden="true" />
      </IconButton>
      Visit {at + 1} of {all.length}
      <IconButton small label="Next visit" {...step(1)}>
        <ChevronRight size={14} aria-hidden="true" />
      </IconButton>
    </div>
  )
}

function Place({ story, entry, onSelect }: { story: Story; entry: Entry; onSelect: (entry: Entry) => void }) {
  const lane = story.lanes[entry.lane]
  const outer = story.entries[lane?.container ?? -1]
  if (!lane || !outer) return null
  return (
    <span className="text-muted">
      {lane.kind === 'iteration' ? `, item ${lane.number} of ` : `, branch ${lane.number + 1} of `}
      <button type="button" className="cursor-pointer underline" onClick={() => onSelect(outer)}>
        {outer.name}
      </button>
    </span>
  )
}

function Calls({ entry, linked }: { entry: Entry; linked?: string }) {
  const call = entry.attempts.findLast(attempt => attempt.resource)
  const child = childOf(entry)
  const lambda = functionOf(entry)
  return (
    <>
      {call && (
        <Fact name="Calls">
          <span className="font-mono text-code">
            {call.kind === 'task' ? `${call.resourceType}:${call.resource}` : call.resource}
          </span>
        </Fact>
      )}
      {lambda && (
        <Fact name="Function">
          <span className="font-mono text-code">{lambda}</span>
          <p className="text-label text-muted">
            A local function's own output is in the server's log, or in CloudWatch where it runs on AWS.
          </p>
        </Fact>
      )}
      {linked && entry.status === 'waiting' && call?.submitted && (
        <Fact name="Waits for">
          <Link
            className="underline"
            to="/approvals"
            search={{ execution: linked, state: entry.name, event: String(call.scheduled?.id ?? '') }}
            data-testid="answer-link"
          >
            somebody with its token: answer it
          </Link>
        </Fact>
      )}
      {child && (
        <Fact name="Child execution">
          {linked ? (
            <Link
              className="underline"
              to="/executions/$arn"
              params={{ arn: child }}
              data-testid="child-link"
            >
              {child.split(':').slice(6).join(':')}
            </Link>
          ) : (
            child
          )}
        </Fact>
      )}
      {entry.mapRunArn && (
        <Fact name="Map Run">
          {linked ? (
            <Link
              className="underline"
              to="/mapruns/$arn"
              params={{ arn: entry.mapRunArn }}
              data-testid="maprun-link"
            >
              Items, failures and throughput
            </Link>
          ) : (
            entry.mapRunArn
          )}
        </Fact>
      )}
    </>
  )
}

function Definition({ value }: { value: Record<string, unknown> }) {
  return (
    <Section title="Definition">
      <Json text={JSON.stringify(value)} label="Definition of the state" className="[&_section]:max-h-96" />
    </Section>
  )
}
