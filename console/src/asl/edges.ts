import type { Program, Scope, StateId, StateNode } from './program'
import { join } from './tree'

/** A place in the text that names the state to go to. */
export type Edge =
  | { kind: 'start'; scope: string }
  | { kind: 'next'; from: StateId }
  | { kind: 'default'; from: StateId }
  | { kind: 'choice'; from: StateId; index: number }
  | { kind: 'catch'; from: StateId; index: number }

/** An edge that says where it goes. */
export interface Link {
  edge: Edge
  /** The scope of both ends. */
  scope: string
  /** The name of the state to go to, whether there is one or not. */
  to: string
}

/** The links of one scope, its start first. */
export function linksOf(scope: Scope): Link[] {
  const links = scope.states.flatMap(state => linksFrom(state))
  if (scope.startAt === undefined) return links
  return [{ edge: { kind: 'start', scope: scope.id }, scope: scope.id, to: scope.startAt }, ...links]
}

export function linksFrom(state: StateNode): Link[] {
  const links: Link[] = []
  const add = (edge: Edge, to: string | undefined) => {
    if (to !== undefined) links.push({ edge, scope: state.scope, to })
  }
  const from = state.id
  add({ kind: 'next', from }, state.next)
  for (const { index, next } of state.choices) add({ kind: 'choice', from, index }, next)
  add({ kind: 'default', from }, state.fallback)
  for (const { index, next } of state.catchers) add({ kind: 'catch', from, index }, next)
  return links
}

/** All links of a program. */
export function allLinks(program: Program): Link[] {
  return [...program.scopes.values()].flatMap(linksOf)
}

/** The pointer of the text that names where an edge goes. */
export function edgePointer(edge: Edge): string {
  switch (edge.kind) {
    case 'start':
      return join(edge.scope, 'StartAt')
    case 'next':
      return join(edge.from, 'Next')
    case 'default':
      return join(edge.from, 'Default')
    case 'choice':
      return join(edge.from, 'Choices', edge.index, 'Next')
    case 'catch':
      return join(edge.from, 'Catch', edge.index, 'Next')
  }
}

export function edgeScope(program: Program, edge: Edge): Scope | undefined {
  const id = edge.kind === 'start' ? edge.scope : program.states.get(edge.from)?.scope
  return id === undefined ? undefined : program.scopes.get(id)
}

/** The name of the state that an edge goes to. */
export function edgeTarget(program: Program, edge: Edge): string | undefined {
  if (edge.kind === 'start') return program.scopes.get(edge.scope)?.startAt
  const state = program.states.get(edge.from)
  if (edge.kind === 'next') return state?.next
  if (edge.kind === 'default') return state?.fallback
  if (edge.kind === 'choice') return state?.choices[edge.index]?.next
  return state?.catchers[edge.index]?.next
}

/** Where a state goes when nothing special happens. */
export function successorOf(state: StateNode): string | undefined {
  if (state.type === 'Choice')
    return state.fallback ?? state.choices.find(rule => rule.next !== undefined)?.next
  return state.type === 'Succeed' || state.type === 'Fail' ? undefined : state.next
}
