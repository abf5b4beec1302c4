import type { HistoryEvent } from '~/data/types'
import type { Details } from './details'
import { type Draft, momentOf } from './draft'
import { namedOf } from './find'
import type { Entry } from './story'

/** `…StateEntered`: a visit begins. */
export function entered(draft: Draft, event: HistoryEvent, details: Details) {
  const type = event.type.slice(0, -'StateEntered'.length)
  const lane = laneFor(draft, event, details.name ?? '')
  const entries = draft.story.lanes[lane]?.entries ?? []
  const entry: Entry = {
    index: draft.story.entries.length,
    name: details.name ?? '',
    type,
    status: type === 'Wait' ? 'waiting' : 'running',
    lane,
    after: entries.at(-1) ?? -1,
    entered: momentOf(event),
    input: details.input,
    attempts: [],
    lanes: [],
    events: [],
  }
  draft.addEntry(entry)
  if (type === 'Fail') draft.close(entry.index, 'failed', momentOf(event))
  draft.place(event, entry.index, lane)
}

function laneFor(draft: Draft, event: HistoryEvent, name: string): number {
  const previous = draft.previous(event)
  if (!previous) return 0
  const before = draft.before(event)
  if (previous.type === 'ParallelStateStarted') return openBranch(draft, event, before.entry)
  if (previous.type !== 'ExecutionRedriven') return before.lane
  const waiting = draft.lastOpen(entry => entry.status === 'redrive' && entry.name === name)
  if (!waiting)
    return draft.lastOpen(entry => entry.status === 'redrive' && entry.lanes.length === 0)?.lane ?? 0
  draft.close(waiting.index, 'failed', momentOf(event))
  return waiting.lane
}

function openBranch(draft: Draft, event: HistoryEvent, container: number): number {
  const { lanes, entries } = draft.story
  const parent = entries[container]
  const attempt = Math.max(0, (parent?.attempts.length ?? 1) - 1)
  const number = parent?.lanes.filter(lane => lanes[lane]?.attempt === attempt).length ?? 0
  const index = lanes.length
  draft.addLane({
    index,
    kind: 'branch',
    container,
    number,
    attempt,
    status: 'running',
    started: momentOf(event),
    entries: [],
  })
  return index
}

/** `…StateExited`: the visit is over, well or by a catcher. */
export function exited(draft: Draft, event: HistoryEvent, details: Details) {
  const found = namedOf(draft, event, details.name ?? '')
  const entry = draft.entry(found?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  const caught = entry.status === 'failed' || isFailing(entry)
  draft.close(entry.index, caught ? 'caught' : 'succeeded', momentOf(event))
  entry.exited = momentOf(event)
  entry.output = details.output
  entry.assigned = details.assignedVariables
  draft.place(event, entry.index, entry.lane)
}

/** Whether the last thing an open visit tells is a failure, which a retry may mend; a Fail state is one. */
export function isFailing(entry: Entry): boolean {
  const last = entry.attempts.at(-1)
  return entry.type === 'Fail' || last?.outcome === 'failed' || last?.outcome === 'timedOut'
}

/** `TaskStateAborted` and the like: stopped because something beside it has failed. */
export function stateAborted(draft: Draft, event: HistoryEvent) {
  const before = draft.before(event)
  const entry = draft.story.entries[before.entry]
  if (entry) draft.close(entry.index, isFailing(entry) ? 'failed' : 'aborted', momentOf(event))
  draft.place(event, entry?.index ?? -1, before.lane)
}

/** `EvaluationFailed`: an expression of the state has no value. */
export function evaluationFailed(draft: Draft, event: HistoryEvent, details: Details) {
  const found = namedOf(draft, event, details.state ?? '')
  const entry = draft.entry(found?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  const trouble = { error: details.error, cause: details.cause, location: details.location }
  const last = entry.attempts.at(-1)
  if (last && (last.outcome === 'open' || last.outcome === 'succeeded')) {
    last.outcome = 'failed'
    last.trouble = trouble
    last.ended ??= momentOf(event)
  } else {
    entry.attempts.push({ kind: 'evaluation', outcome: 'failed', ended: momentOf(event), trouble })
  }
  entry.trouble = trouble
  draft.place(event, entry.index, entry.lane)
}
