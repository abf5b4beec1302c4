import type { HistoryEvent } from '~/data/types'
import { isFailing } from './arms-states'
import type { Details } from './details'
import { type Draft, momentOf } from './draft'
import { containerOf } from './find'
import { type Entry, type EntryStatus, isOpen, type Moment } from './story'

/** `MapState…` and `ParallelState…` without entry and exit. */
export function container(draft: Draft, event: HistoryEvent, details: Details) {
  const [, type, step] = /^(Map|Parallel)State(\w+)$/.exec(event.type) ?? []
  const entry = draft.entry(containerOf(draft, event, type ?? '')?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  const at = momentOf(event)
  if (step === 'Started') {
    endAttempt(draft, entry, 'failed', at)
    if (details.length !== undefined) entry.length = details.length
    entry.status = 'running'
    entry.attempts.push({ kind: 'container', outcome: 'open', started: at })
  } else if (step === 'Succeeded') {
    endAttempt(draft, entry, 'succeeded', at)
    entry.status = 'running'
  } else {
    endAttempt(draft, entry, step === 'Aborted' ? 'aborted' : 'failed', at, draft.before(event).entry)
    draft.close(entry.index, step === 'Aborted' ? 'aborted' : 'failed', at)
  }
  draft.place(event, entry.index, entry.lane)
}

function endAttempt(
  draft: Draft,
  entry: Entry,
  outcome: 'succeeded' | 'failed' | 'aborted',
  at: Moment,
  culprit = -1,
) {
  const attempt = entry.attempts.at(-1)
  if (attempt?.outcome !== 'open') return
  attempt.outcome = outcome
  attempt.ended = at
  for (const lane of entry.lanes) {
    if (draft.story.lanes[lane]?.attempt === entry.attempts.length - 1) {
      closeLane(draft, lane, outcome === 'succeeded' ? 'succeeded' : 'aborted', at)
    }
  }
  if (outcome !== 'failed') return
  const failed = draft.story.entries[culprit]
  attempt.trouble =
    failed && failed.index !== entry.index ? failed.trouble : (entry.trouble ?? attempt.trouble)
  entry.trouble = attempt.trouble
}

/** Ends a lane and what still runs in it: as failed what has failed, else as told. A lane whose last
 * state was left had come to its end by itself. */
function closeLane(draft: Draft, index: number, status: EntryStatus, at: Moment) {
  const lane = draft.story.lanes[index]
  if (!lane || !isOpen(lane)) return
  const last = draft.story.entries[lane.entries.at(-1) ?? -1]
  let ended = status
  if (last && isOpen(last)) {
    for (const inner of last.lanes) closeLane(draft, inner, status, at)
    ended = isFailing(last) ? 'failed' : status
    draft.close(last.index, ended, at)
  } else if (last) ended = last.exited ? 'succeeded' : last.status
  const written = draft.lane(index)
  if (!written) return
  written.status = ended
  written.ended = last?.exited ?? at
}

/** `MapIteration…`: one item of an inline Map. */
export function iteration(draft: Draft, event: HistoryEvent, details: Details) {
  const entry = draft.entry(containerOf(draft, event, 'Map', details.name ?? '')?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  const step = event.type.slice('MapIteration'.length)
  const number = details.index ?? 0
  const attempt = Math.max(0, entry.attempts.length - 1)
  // Only a redrive takes an item up again; the lanes of a wide Map are not searched for each one.
  const isNew = step === 'Started' && draft.story.redrives.length === 0
  const found = isNew ? -1 : laneOf(draft, entry, number, attempt)
  const at = momentOf(event)
  if (step !== 'Started') {
    const status = step === 'Succeeded' ? 'succeeded' : step === 'Failed' ? 'failed' : 'aborted'
    if (found >= 0) closeIteration(draft, found, status, at)
    return draft.place(event, entry.index, draft.before(event).lane)
  }
  if (entry.status === 'redrive') entry.status = 'running'
  const lane = found >= 0 ? found : draft.story.lanes.length
  if (found < 0) {
    const kind = 'iteration'
    draft.addLane({
      index: lane,
      kind,
      container: entry.index,
      number,
      attempt,
      status: 'running',
      started: at,
      entries: [],
    })
  } else {
    const again = draft.lane(lane)
    if (again) Object.assign(again, { status: 'running', ended: undefined })
  }
  draft.place(event, entry.index, lane)
}

function closeIteration(draft: Draft, lane: number, status: EntryStatus, at: Moment) {
  closeLane(draft, lane, status === 'failed' ? 'failed' : 'aborted', at)
  const written = draft.lane(lane)
  if (!written) return
  written.status = status
  written.ended = at
}

/** Iterations begin in order mostly, so the place to look first is the item's number. */
function laneOf(draft: Draft, entry: Entry, number: number, attempt: number): number {
  const fits = (index: number | undefined) => {
    const lane = draft.story.lanes[index ?? -1]
    return lane !== undefined && lane.number === number && lane.attempt === attempt
  }
  const first = entry.lanes[number]
  if (fits(first)) return first ?? -1
  return entry.lanes.findLast(fits) ?? -1
}

/** `MapRun…`: a distributed Map, whose children have histories of their own. */
export function mapRun(draft: Draft, event: HistoryEvent, details: Details) {
  const entry = draft.entry(containerOf(draft, event, 'Map')?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  entry.mapRunArn = details.mapRunArn ?? entry.mapRunArn
  const at = momentOf(event)
  if (event.type === 'MapRunRedriven') {
    entry.status = 'running'
    entry.attempts.push({ kind: 'container', outcome: 'open', started: at, redriven: true })
  }
  if (event.type === 'MapRunFailed') {
    entry.trouble = { error: details.error, cause: details.cause }
    const last = entry.attempts.at(-1)
    if (last) last.trouble = entry.trouble
  }
  draft.place(event, entry.index, entry.lane)
}
