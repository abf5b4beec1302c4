import type { HistoryEvent, Seconds } from '~/data/types'
import { memberOf } from '../fold/details'

/** What a file holds: a history, or a definition that belongs to one. */
export type Read =
  | { kind: 'history'; events: HistoryEvent[]; missing: number }
  | { kind: 'definition'; text: string }
  | { kind: 'nothing'; why: string }

/** Standard executions have at most 25,000 events; a file may be ours, with other limits. */
const EVENTS_MAX = 250_000

/** Reads a file: an answer of GetExecutionHistory or several, a bare list of events, lines of an Express
 * log, or a definition. Says what is wrong with it otherwise. */
export function readFile(text: string): Read {
  const value = parse(text)
  if (value === undefined) return nothing('It is not JSON.')
  if (isObject(value) && isObject(value.States)) return { kind: 'definition', text }
  // What DescribeStateMachine and its like answer.
  if (isObject(value) && typeof value.definition === 'string' && !('events' in value)) {
    return { kind: 'definition', text: value.definition }
  }
  const found = eventsIn(value)
  if (!found)
    return nothing('It has no "events", as GetExecutionHistory answers them, and is no list of events.')
  if (found.length === 0) return nothing('It has no event in it.')
  if (found.length > EVENTS_MAX) return nothing(`It has more than ${EVENTS_MAX} events.`)
  const byId = new Map<number, HistoryEvent>()
  for (const [at, raw] of found.entries()) {
    const event = eventOf(raw)
    if (typeof event === 'string') return nothing(`Event ${at + 1} of the file ${event}.`)
    byId.set(event.id, event)
  }
  const events = [...byId.values()].sort((a, b) => a.id - b.id)
  const last = events.at(-1)?.id ?? 0
  return { kind: 'history', events, missing: last - events.length }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parseLines(text)
  }
}

/** A log has one event a line. */
function parseLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  try {
    return lines.length > 1 ? lines.map(line => JSON.parse(line)) : undefined
  } catch {
    return undefined
  }
}

function eventsIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) {
    // Pages that were saved one after the other.
    if (value.length > 0 && value.every(page => isObject(page) && Array.isArray(page.events))) {
      return value.flatMap(page => page.events as unknown[])
    }
    return value
  }
  return isObject(value) && Array.isArray(value.events) ? value.events : undefined
}

/** An event in AWS's shape, or what is wrong with it. */
function eventOf(raw: unknown): HistoryEvent | string {
  if (!isObject(raw)) return 'is no object'
  const id = Number(raw.id)
  if (!Number.isInteger(id) || id < 1 || id > EVENTS_MAX) return 'has no id, a number from 1 on'
  if (typeof raw.type !== 'string' || raw.type === '') return 'has no type'
  const timestamp = secondsOf(raw.timestamp ?? raw.event_timestamp)
  if (timestamp === undefined) return 'has no timestamp, in seconds or as ISO 8601 has it'
  const previousEventId = Number(raw.previousEventId ?? raw.previous_event_id ?? 0) || 0
  const event = { ...raw, id, type: raw.type, timestamp, previousEventId }
  // Logs of Express executions have all details under one name.
  return isObject(raw.details) ? { ...event, [memberOf(raw.type)]: raw.details } : event
}

function secondsOf(value: unknown): Seconds | undefined {
  if (typeof value === 'string') {
    if (/^\d+(\.\d+)?$/.test(value)) return secondsOf(Number(value))
    const millis = Date.parse(value)
    return Number.isNaN(millis) ? undefined : millis / 1000
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined
  // So many seconds are the year 5138; they are milliseconds.
  return value > 1e11 ? value / 1000 : value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const nothing = (why: string): Read => ({ kind: 'nothing', why })
