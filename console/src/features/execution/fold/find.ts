import type { HistoryEvent } from '~/data/types'
import type { Draft } from './draft'
import { type Entry, isOpen } from './story'

/** Events of a Map or Parallel itself, after which its own events may follow directly. */
const OWN = /^(Map|Parallel)State(Entered|Started)$|^MapRun|^MapIteration/

/** The open Map or Parallel an event without a chain of its own speaks of. */
export function containerOf(
  draft: Draft,
  event: HistoryEvent,
  type: string,
  name?: string,
): Entry | undefined {
  const before = draft.before(event)
  const own = draft.story.entries[before.entry]
  const fits = (entry: Entry) =>
    entry.type === type && !entry.exited && (name === undefined ? isOpen(entry) : entry.name === name)
  const previous = draft.previous(event)
  if (own && fits(own) && (name !== undefined || OWN.test(previous?.type ?? ''))) return own
  for (const entry of draft.around(before.lane)) if (fits(entry)) return entry
  // After a redrive the chain begins anew, outside of everything that goes on.
  return draft.lastOpen(fits)
}

/** The visit of a named state that an event speaks of: in the lane of its chain, else any open one. */
export function namedOf(draft: Draft, event: HistoryEvent, name: string): Entry | undefined {
  const { story } = draft
  const before = draft.before(event)
  const own = story.entries[before.entry]
  if (own && own.name === name && !own.exited) return own
  const last = story.entries[story.lanes[before.lane]?.entries.at(-1) ?? -1]
  if (last && last.name === name && !last.exited) return last
  for (const entry of draft.around(before.lane)) if (entry.name === name && !entry.exited) return entry
  if (own) {
    for (const lane of own.lanes) {
      const inside = story.entries[story.lanes[lane]?.entries.at(-1) ?? -1]
      if (inside && inside.name === name && isOpen(inside)) return inside
    }
  }
  return draft.lastOpen(entry => entry.name === name)
}

/** The visit a task's event belongs to. After a redrive it is the first that waits for one. */
export function taskOf(draft: Draft, event: HistoryEvent, resource?: string): Entry | undefined {
  const own = draft.story.entries[draft.before(event).entry]
  if (own) return own
  let found: Entry | undefined
  for (const index of draft.story.open) {
    const entry = draft.story.entries[index]
    if (entry?.type !== 'Task' || entry.status !== 'redrive') continue
    const last = entry.attempts.at(-1)
    if (resource !== undefined && last?.resource !== undefined && last.resource !== resource) continue
    if (!found || index < found.index) found = entry
  }
  return found ?? draft.lastOpen(entry => entry.type === 'Task')
}
