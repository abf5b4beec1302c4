import type { Edge } from '~/asl/edges'
import { addState } from '~/asl/edits/add-state'
import { appendState } from '~/asl/edits/append-state'
import type { Command } from '~/asl/edits/command'
import type { Fragment } from '~/asl/edits/fragment'
import { insertOnEdge } from '~/asl/edits/insert-state'
import type { Program, Scope, Source, StateId } from '~/asl/program'

/** Where something is to be inserted: on an edge, behind a state, or where nothing leads to it. */
export type Place = Edge | { after: StateId } | { into: string }

/** Inserts states at a place. */
export function insert(source: Source, program: Program, fragment: Fragment, place: Place): Command {
  // A Choice has as many ways on as one likes.
  if ('after' in place && program.states.get(place.after)?.type === 'Choice') {
    return appendState(source, program, place.after, fragment)
  }
  const settled = edgePlace(program, place)
  if ('into' in settled) return addState(source, program, settled.into, fragment)
  return insertOnEdge(source, program, settled, fragment)
}

/** A place as an edge, if there is one. */
export function edgePlace(program: Program, place: Place): Edge | { into: string } {
  if (!('after' in place)) return place
  const state = program.states.get(place.after)
  if (!state) return { into: '' }
  if (state.type === 'Choice') return { kind: 'default', from: state.id }
  // Nothing follows a state that ends: what is inserted goes in front of it.
  const ends = state.type === 'Succeed' || state.type === 'Fail'
  return ends ? (edgeInto(program, state.id) ?? { into: state.scope }) : { kind: 'next', from: state.id }
}

/** The place that somebody means who says nothing: behind the selection, else where the workflow ends. */
export function placeFor(program: Program, selection: StateId | undefined): Place {
  if (selection !== undefined && program.states.has(selection)) return { after: selection }
  const last = lastOf(program.top)
  return last === undefined ? { into: '' } : { after: last }
}

/** The state that the straight way from the start ends in. */
function lastOf(scope: Scope): StateId | undefined {
  const states = new Map(scope.states.map(state => [state.name, state]))
  const seen = new Set<string>()
  let at = scope.startAt === undefined ? undefined : states.get(scope.startAt)
  while (at && !seen.has(at.name)) {
    seen.add(at.name)
    const to = at.type === 'Choice' ? (at.fallback ?? at.choices[0]?.next) : at.next
    const next = to === undefined ? undefined : states.get(to)
    if (!next) return at.id
    at = next
  }
  return at?.id
}

/** The first edge that leads to a state. */
function edgeInto(program: Program, id: StateId): Edge | undefined {
  const state = program.states.get(id)
  const scope = state && program.scopes.get(state.scope)
  if (!scope) return undefined
  if (scope.startAt === state.name) return { kind: 'start', scope: scope.id }
  for (const other of scope.states) {
    const from = other.id
    if (other.next === state.name) return { kind: 'next', from }
    const rule = other.choices.find(({ next }) => next === state.name)
    if (rule) return { kind: 'choice', from, index: rule.index }
    if (other.fallback === state.name) return { kind: 'default', from }
    const catcher = other.catchers.find(({ next }) => next === state.name)
    if (catcher) return { kind: 'catch', from, index: catcher.index }
  }
  return undefined
}

/** What was dragged, if it is what it says. */
export function fragmentOf(payload: string): Fragment | undefined {
  try {
    const value: unknown = JSON.parse(payload)
    const isState = (one: unknown) =>
      Array.isArray(one) &&
      one.length === 2 &&
      typeof one[0] === 'string' &&
      typeof one[1] === 'object' &&
      one[1]
    return Array.isArray(value) && value.length > 0 && value.every(isState) ? (value as Fragment) : undefined
  } catch {
    return undefined
  }
}
