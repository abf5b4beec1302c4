import type { Program, StateId } from '~/asl/program'
import { stateIdOf } from './fold/states'
import { type Entry, entryOf, eventOf, isOpen, type Story } from './fold/story'

export type View = 'graph' | 'timeline' | 'events'

/** What the address says is looked at. */
export interface Looking {
  view?: View
  state?: string
  event?: string
  at?: string
  find?: string
  kind?: string
}

export interface Selection {
  entry?: Entry
  event?: number
  state?: StateId
}

/** What is selected: an event and its visit, or a state and the visit of it that matters most. */
export function selectionOf(story: Story, program: Program | undefined, looking: Looking): Selection {
  const id = Number(looking.event)
  if (looking.event && eventOf(story, id)) {
    const entry = entryOf(story, id)
    return { entry, event: id, state: entry ? stateIdOf(story, program, entry) : looking.state }
  }
  if (!looking.state) return {}
  return { state: looking.state, entry: visitOf(visitsOf(story, program, looking.state), story.culprit) }
}

/** All visits of a state, in the order they were entered. */
export function visitsOf(story: Story, program: Program | undefined, state: StateId): Entry[] {
  const name = program?.states.get(state)?.name
  return story.entries.filter(
    entry => (name === undefined || entry.name === name) && stateIdOf(story, program, entry) === state,
  )
}

function visitOf(visits: Entry[], culprit: number): Entry | undefined {
  return (
    visits.find(entry => entry.index === culprit) ??
    visits.findLast(entry => entry.status === 'failed' || entry.status === 'timedOut') ??
    visits.findLast(isOpen) ??
    visits.at(-1)
  )
}
