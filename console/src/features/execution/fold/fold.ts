import type { HistoryEvent } from '~/data/types'
import { container, iteration, mapRun } from './arms-containers'
import { execution } from './arms-execution'
import { entered, evaluationFailed, exited, stateAborted } from './arms-states'
import { task } from './arms-tasks'
import { type Details, detailsOf } from './details'
import { Draft } from './draft'
import { emptyStory, type Story } from './story'

type Arm = (draft: Draft, event: HistoryEvent, details: Details) => void

/** What an event's type means. Types that come later than this code join the chain they name. */
const FAMILIES: [RegExp, Arm][] = [
  [/StateEntered$/, entered],
  [/StateExited$/, exited],
  [/^(Task|Wait)StateAborted$/, stateAborted],
  [/^(Map|Parallel)State(Started|Succeeded|Failed|Aborted)$/, container],
  [/^MapIteration/, iteration],
  [/^MapRun/, mapRun],
  [/^(Task|LambdaFunction|Activity)(Scheduled|Started|Submitted|Succeeded|Failed|TimedOut|\w+Failed)$/, task],
  [/^EvaluationFailed$/, evaluationFailed],
  [/^Execution/, execution],
]

const unknown: Arm = (draft, event) => {
  const before = draft.before(event)
  draft.place(event, before.entry, before.lane)
}

const arms = new Map<string, Arm>()

function armOf(type: string): Arm {
  const known = arms.get(type)
  if (known) return known
  const arm = FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? unknown
  arms.set(type, arm)
  return arm
}

/** Tells a whole history; events in the order of their ids. */
export function fold(events: readonly HistoryEvent[]): Story {
  return extend(emptyStory(), events)
}

/** Goes on telling. Events whose id is not above the last one are known already and left out. */
export function extend(story: Story, events: readonly HistoryEvent[]): Story {
  const draft = new Draft(story)
  const next = draft.story
  for (const event of events) {
    if (event.id <= next.lastId) continue
    next.events[next.count] = event
    next.placeAt[event.id] = next.count
    next.count += 1
    next.lastId = event.id
    armOf(event.type)(draft, event, detailsOf(event))
  }
  return next
}
