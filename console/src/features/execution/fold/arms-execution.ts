import type { ExecutionStatus, HistoryEvent } from '~/data/types'
import { isFailing } from './arms-states'
import type { Details } from './details'
import { type Draft, momentOf } from './draft'
import { isOpen } from './story'

const ENDS: Record<string, ExecutionStatus> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
}

/** `ExecutionStarted`, its ends, and `ExecutionRedriven`. */
export function execution(draft: Draft, event: HistoryEvent, details: Details) {
  const { story } = draft
  const status = ENDS[event.type]
  draft.place(event, -1, 0)
  if (status) return end(draft, event, details, status)
  if (event.type === 'ExecutionRedriven') return redriven(draft, event)
  story.started = momentOf(event)
  story.input = details.input
  story.versionArn = details.stateMachineVersionArn
  story.aliasArn = details.stateMachineAliasArn
  story.roleArn = details.roleArn
}

function end(draft: Draft, event: HistoryEvent, details: Details, status: ExecutionStatus) {
  const { story } = draft
  const at = momentOf(event)
  story.status = status
  story.ended = at
  story.output = details.output
  story.trouble = status === 'SUCCEEDED' ? undefined : { error: details.error, cause: details.cause }
  const failed = new Set<number>()
  if (status === 'FAILED') blame(draft, event, failed)
  for (const index of [...story.open]) {
    const entry = draft.entry(index)
    if (!entry) continue
    const bad = failed.has(index) || isFailing(entry)
    if (failed.has(index)) entry.trouble ??= story.trouble
    draft.close(index, bad ? 'failed' : status === 'TIMED_OUT' ? 'timedOut' : 'aborted', at)
  }
  for (const lane of story.lanes) {
    const written = isOpen(lane) ? draft.lane(lane.index) : undefined
    if (!written) continue
    const last = story.entries[written.entries.at(-1) ?? -1]
    written.status = status === 'SUCCEEDED' ? 'succeeded' : (last?.status ?? 'aborted')
    written.ended = at
  }
}

/** The visit before the end has failed, and with it what stands around it. */
function blame(draft: Draft, event: HistoryEvent, failed: Set<number>) {
  const { story } = draft
  const before = draft.before(event)
  let culprit = before.entry
  if (culprit < 0) culprit = draft.lastOpen(entry => entry.lanes.length === 0)?.index ?? -1
  if (culprit < 0) return
  failed.add(culprit)
  const entry = draft.entry(culprit)
  if (!entry) return
  entry.trouble ??= story.trouble
  for (const outer of draft.around(entry.lane)) failed.add(outer.index)
  story.culprit = innermost(draft, culprit)
}

/** From a Parallel or Map that failed, down to the visit that made it fail. */
function innermost(draft: Draft, index: number): number {
  const { entries, lanes } = draft.story
  let at = index
  for (;;) {
    const bad = entries[at]?.lanes.findLast(lane => lanes[lane]?.status === 'failed')
    const last =
      bad === undefined ? undefined : lanes[bad]?.entries.findLast(one => entries[one]?.status === 'failed')
    if (last === undefined) return at
    at = last
  }
}

function redriven(draft: Draft, event: HistoryEvent) {
  const { story } = draft
  story.status = 'RUNNING'
  story.ended = undefined
  story.trouble = undefined
  story.output = undefined
  story.culprit = -1
  story.redrives.push(momentOf(event))
  // A visit is unfinished if it was not left; the lanes around it go on with it.
  const going = new Set<number>([0])
  for (const { index, exited, status, lane } of story.entries) {
    if (exited || status === 'succeeded' || status === 'caught' || !going.has(lane)) continue
    if (isLast(draft, index)) draft.reopen(index, 'redrive')
    for (const inner of story.entries[index]?.lanes ?? []) {
      const known = story.lanes[inner]
      if (!known || known.status === 'succeeded' || !isLastAttempt(draft, inner)) continue
      going.add(inner)
      Object.assign(draft.lane(inner) ?? {}, { status: 'redrive', ended: undefined })
    }
  }
  Object.assign(draft.lane(0) ?? {}, { status: 'running', ended: undefined })
}

function isLast(draft: Draft, index: number): boolean {
  const lane = draft.story.lanes[draft.story.entries[index]?.lane ?? 0]
  return lane?.entries.at(-1) === index
}

function isLastAttempt(draft: Draft, index: number): boolean {
  const lane = draft.story.lanes[index]
  const container = draft.story.entries[lane?.container ?? -1]
  return (
    lane !== undefined &&
    container !== undefined &&
    lane.attempt === Math.max(0, container.attempts.length - 1)
  )
}
