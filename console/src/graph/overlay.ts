import type { StateId } from '~/asl/program'
import type { GraphEdge } from './edges'
import { STATUS, type Status } from './status'

/** What an execution, or a part of its history, says of one state. */
export interface StateOverlay {
  status: Status
  /** How often the state was entered; in a Map once for each item. */
  entries: number
  /** Of the last entry. */
  durationMs?: number
  /** Attempts so far, the first included. */
  attempts?: number
  maxAttempts?: number
  /** Items of a Map, branches of a Parallel. */
  counts?: { done: number; total: number; failed: number }
}

export interface Overlay {
  states: ReadonlyMap<StateId, StateOverlay>
  /** Keys as `edgeKey` makes them. The edges of start and end markers need not be in it. */
  taken: ReadonlySet<string>
}

/** Start and end edges follow from the states they touch, so that a fold need not name them. */
export function isTaken(edge: GraphEdge, overlay: Overlay): boolean {
  if (overlay.taken.has(edge.key)) return true
  if (edge.kind === 'start') return (overlay.states.get(edge.to)?.entries ?? 0) > 0
  if (edge.kind === 'end') return overlay.states.get(edge.from)?.status === 'succeeded'
  return false
}

/** `840 ms`, `3.2 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const two = (big: number, bigUnit: string, small: number, unit: string) =>
    small > 0 ? `${big} ${bigUnit} ${small} ${unit}` : `${big} ${bigUnit}`
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's')
  if (whole < 86_400) return two(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
  return two(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h')
}

/** `2/3`, or `2` when nobody said how many there may be; nothing for a first attempt. */
export function attemptsText(state: StateOverlay): string | undefined {
  if (state.attempts === undefined || state.attempts < 2) return undefined
  return state.maxAttempts ? `${state.attempts}/${state.maxAttempts}` : `×${state.attempts}`
}

/** What a screen reader says: "ChargeCard, Task, failed after 3 attempts". */
export function spoken(name: string, type: string, state?: StateOverlay, mark?: string): string {
  const parts = [name, type || 'no type']
  if (state) {
    const { attempts, counts, durationMs } = state
    const after = attempts !== undefined && attempts > 1 ? ` after ${attempts} attempts` : ''
    parts.push(STATUS[state.status].word + after)
    if (counts)
      parts.push(`${counts.done} of ${counts.total} done${counts.failed ? `, ${counts.failed} failed` : ''}`)
    if (state.entries > 1) parts.push(`entered ${state.entries} times`)
    if (durationMs !== undefined) parts.push(durationText(durationMs))
  }
  if (mark) parts.push(mark)
  return parts.join(', ')
}
