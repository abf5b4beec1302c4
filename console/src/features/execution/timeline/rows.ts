import { type Entry, isContainer, type Lane, type Story } from '../fold/story'

/** A line of the timeline: a visit, or a branch or item with several visits in it. */
export interface Row {
  key: string
  depth: number
  /** Something can be shown or hidden below it. */
  opens: boolean
  isOpen: boolean
  entry?: Entry
  lane?: Lane
  /** The branch or item that a visit is alone in. */
  lead?: string
}

/** More lines than these, and what is inside of Maps and Parallels starts hidden. */
const ROWS_MAX = 400

/** The lines that are shown, given what was opened and closed by hand. */
export function rowsOf(story: Story, toggled: ReadonlySet<string>): Row[] {
  const rows: Row[] = []
  const open = story.entries.length <= ROWS_MAX
  const isOpen = (key: string, normally: boolean) => toggled.has(key) !== normally
  const addLane = (lane: Lane, depth: number, lead?: string) => {
    if (lead === undefined || lane.entries.length === 1) {
      for (const index of lane.entries) addEntry(index, depth, lead)
      return
    }
    const key = `lane-${lane.index}`
    const shown = isOpen(key, open)
    rows.push({ key, depth, opens: lane.entries.length > 0, isOpen: shown, lane, lead })
    if (shown) for (const index of lane.entries) addEntry(index, depth + 1)
  }
  const addEntry = (index: number, depth: number, lead?: string) => {
    const entry = story.entries[index]
    if (!entry) return
    const key = `entry-${index}`
    const opens = isContainer(entry) && entry.lanes.length > 0
    // A container is open at first unless it alone would fill the screen many times.
    const shown = opens && isOpen(key, open || entry.lanes.length <= ROWS_MAX)
    rows.push({ key, depth, opens, isOpen: shown, entry, lead })
    if (!shown) return
    const attempts = entry.attempts.length
    for (const inner of entry.lanes) {
      const lane = story.lanes[inner]
      if (lane) addLane(lane, depth + 1, leadOf(lane, attempts))
    }
  }
  const top = story.lanes[0]
  if (top) addLane(top, 0)
  return rows
}

function leadOf(lane: Lane, attempts: number): string {
  const word = lane.kind === 'iteration' ? `Item ${lane.number}` : `Branch ${lane.number + 1}`
  return attempts > 1 ? `${word}, attempt ${lane.attempt + 1}` : word
}

/** Keys that must be open for a visit to be seen, outermost first. */
export function pathTo(story: Story, entry: Entry): string[] {
  const keys: string[] = []
  for (let lane = story.lanes[entry.lane]; lane && lane.container >= 0; ) {
    if (lane.entries.length > 1) keys.unshift(`lane-${lane.index}`)
    keys.unshift(`entry-${lane.container}`)
    lane = story.lanes[story.entries[lane.container]?.lane ?? -1]
  }
  return keys
}
