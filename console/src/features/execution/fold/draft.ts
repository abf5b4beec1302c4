import type { HistoryEvent } from '~/data/types'
import { type Entry, type EntryStatus, isOpen, type Lane, type Moment, type Story } from './story'

/** A story that is being extended: what it changes it copies first, once. */
export class Draft {
  readonly story: Story
  private readonly fresh = new Set<Entry | Lane>()

  constructor(from: Story) {
    this.story = {
      ...from,
      redrives: [...from.redrives],
      entries: from.entries.slice(),
      lanes: from.lanes.slice(),
      open: new Set(from.open),
    }
  }

  /** A visit that may be written to. */
  entry(index: number): Entry | undefined {
    const known = this.story.entries[index]
    if (!known || this.fresh.has(known)) return known
    const copy = {
      ...known,
      attempts: known.attempts.map(attempt => ({ ...attempt })),
      lanes: known.lanes.slice(),
      events: known.events.slice(),
    }
    this.story.entries[index] = copy
    this.fresh.add(copy)
    return copy
  }

  lane(index: number): Lane | undefined {
    const known = this.story.lanes[index]
    if (!known || this.fresh.has(known)) return known
    const copy = { ...known, entries: known.entries.slice() }
    this.story.lanes[index] = copy
    this.fresh.add(copy)
    return copy
  }

  addEntry(entry: Entry) {
    this.story.entries.push(entry)
    this.story.open.add(entry.index)
    this.fresh.add(entry)
    this.lane(entry.lane)?.entries.push(entry.index)
  }

  addLane(lane: Lane) {
    this.story.lanes.push(lane)
    this.fresh.add(lane)
    this.entry(lane.container)?.lanes.push(lane.index)
  }

  /** Says to which visit an event belongs, and in which lane its followers run. */
  place(event: HistoryEvent, entry: number, lane: number) {
    this.story.entryAt[event.id] = entry
    this.story.laneAt[event.id] = lane
    if (entry >= 0) this.entry(entry)?.events.push(event.id)
  }

  close(index: number, status: EntryStatus, at: Moment) {
    const entry = this.entry(index)
    if (!entry) return
    entry.status = status
    entry.ended = at
    const last = entry.attempts.at(-1)
    if (last?.outcome === 'open') {
      last.outcome =
        status === 'succeeded' || status === 'caught'
          ? 'succeeded'
          : status === 'failed' || status === 'timedOut'
            ? status
            : 'aborted'
      last.ended = at
    }
    this.story.open.delete(index)
  }

  reopen(index: number, status: EntryStatus) {
    const entry = this.entry(index)
    if (!entry) return
    entry.status = status
    entry.ended = undefined
    this.story.open.add(index)
  }

  previous(event: HistoryEvent): HistoryEvent | undefined {
    const place = this.story.placeAt[event.previousEventId ?? 0]
    return place === undefined ? undefined : this.story.events[place]
  }

  /** Where the event before it in its chain belongs. */
  before(event: HistoryEvent): { entry: number; lane: number } {
    const id = event.previousEventId ?? 0
    return { entry: this.story.entryAt[id] ?? -1, lane: this.story.laneAt[id] ?? 0 }
  }

  /** The visit around a lane, and those around it, from the inside out. */
  *around(lane: number): Generator<Entry> {
    for (let at = this.story.lanes[lane]; at && at.container >= 0; ) {
      const entry = this.story.entries[at.container]
      if (!entry) return
      yield entry
      at = this.story.lanes[entry.lane]
    }
  }

  /** The youngest open visit that fits. */
  lastOpen(fits: (entry: Entry) => boolean): Entry | undefined {
    let found: Entry | undefined
    for (const index of this.story.open) {
      const entry = this.story.entries[index]
      if (entry && isOpen(entry) && fits(entry) && index > (found?.index ?? -1)) found = entry
    }
    return found
  }
}

export const momentOf = (event: HistoryEvent): Moment => ({ id: event.id, at: event.timestamp })
