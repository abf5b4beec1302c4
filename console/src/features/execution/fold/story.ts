import type { ExecutionStatus, HistoryEvent, Seconds } from '~/data/types'

/** An event's id and its time. */
export interface Moment {
  id: number
  at: Seconds
}

export type EntryStatus =
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'caught'
  | 'failed'
  | 'timedOut'
  | 'aborted'
  | 'redrive'

export interface Trouble {
  /** Absent where AWS leaves it out. */
  error?: string
  cause?: string
  /** Which field could not be evaluated (JSONata). */
  location?: string
}

/** One try of what a state does: a call, a task of an activity, a run of a Map or Parallel. */
export interface Attempt {
  kind: 'task' | 'lambda' | 'activity' | 'container' | 'evaluation'
  outcome: 'open' | 'succeeded' | 'failed' | 'timedOut' | 'aborted'
  resourceType?: string
  resource?: string
  scheduled?: Moment
  started?: Moment
  /** The service has taken the call; the job or the token is waited for. */
  submitted?: Moment
  ended?: Moment
  /** The effective request, as JSON text. */
  parameters?: string
  /** What the service answered when it took the call. */
  answer?: string
  /** The raw result. */
  result?: string
  trouble?: Trouble
  worker?: string
  timeoutSeconds?: number
  heartbeatSeconds?: number
  /** It began after a redrive. */
  redriven?: boolean
}

/** One visit of a state. */
export interface Entry {
  index: number
  name: string
  /** `Task`, `Map`, …: from the event's type. */
  type: string
  status: EntryStatus
  lane: number
  /** The visit before it in its lane; -1 for the first. */
  after: number
  entered: Moment
  exited?: Moment
  /** When it was over, also without an exit. */
  ended?: Moment
  input?: string
  output?: string
  /** Variables assigned at the exit, as JSON texts. */
  assigned?: Record<string, string>
  attempts: Attempt[]
  /** The last thing that went wrong. */
  trouble?: Trouble
  /** Lanes of a Parallel or Map, of all attempts. */
  lanes: number[]
  /** Items of a Map, as it says itself. */
  length?: number
  mapRunArn?: string
  /** Ids of its own events. */
  events: number[]
}

/** Where states run one after another: the machine, a branch, an iteration. */
export interface Lane {
  index: number
  kind: 'top' | 'branch' | 'iteration'
  /** The visit of the Parallel or Map; -1 for the top. */
  container: number
  /** Which branch (in order of appearance) or which item, from 0. */
  number: number
  /** Of which attempt of its container, from 0. */
  attempt: number
  status: EntryStatus
  started?: Moment
  ended?: Moment
  entries: number[]
}

/** What a history says happened. A value: extending one makes another. */
export interface Story {
  /** Events by place; shared between stories, of which each counts only the first `count`. */
  events: HistoryEvent[]
  count: number
  lastId: number
  status: ExecutionStatus
  started?: Moment
  ended?: Moment
  input?: string
  output?: string
  trouble?: Trouble
  versionArn?: string
  aliasArn?: string
  roleArn?: string
  redrives: Moment[]
  /** The visit that made the execution fail; -1 without one. */
  culprit: number
  entries: Entry[]
  lanes: Lane[]
  /** Visits that are not over. */
  open: Set<number>
  /** By event id: the visit it belongs to (-1: none), and the lane its followers run in. */
  entryAt: number[]
  laneAt: number[]
  /** By event id: its place in `events`. */
  placeAt: number[]
}

export function emptyStory(): Story {
  const top: Lane = {
    index: 0,
    kind: 'top',
    container: -1,
    number: 0,
    attempt: 0,
    status: 'running',
    entries: [],
  }
  return {
    events: [],
    count: 0,
    lastId: 0,
    status: 'RUNNING',
    redrives: [],
    culprit: -1,
    entries: [],
    lanes: [top],
    open: new Set(),
    entryAt: [],
    laneAt: [],
    placeAt: [],
  }
}

export const isOpen = (entry: { status: EntryStatus }): boolean =>
  entry.status === 'running' || entry.status === 'waiting' || entry.status === 'redrive'

export const isContainer = (entry: Entry): boolean => entry.type === 'Map' || entry.type === 'Parallel'

export function eventOf(story: Story, id: number): HistoryEvent | undefined {
  const place = story.placeAt[id]
  return place === undefined || place >= story.count ? undefined : story.events[place]
}

/** The visit an event belongs to. */
export function entryOf(story: Story, id: number): Entry | undefined {
  if (!eventOf(story, id)) return undefined
  return story.entries[story.entryAt[id] ?? -1]
}
