import type { Program, Scope, StateId, StateNode } from '~/asl/program'

/** Which field of a state an edge stands for. `start` and `end` are a scope's own. */
export type EdgeKind = 'next' | 'choice' | 'default' | 'catch' | 'start' | 'end'

/** A transition as the text says it. */
export interface GraphEdge {
  key: string
  kind: EdgeKind
  /** The rule of a Choice or the catcher; 0 for the other kinds. */
  index: number
  /** A state, or the start marker of the scope. */
  from: StateId
  /** A state, the end marker of the scope, or a missing node. */
  to: StateId
  /** The scope that both ends stand in: transitions never leave one. */
  scope: string
  /** Short, for the picture. */
  label?: string
  /** In full, for a tooltip. */
  title?: string
}

/** Names one edge. The parts come from `edgesOf`, or from a fold over history. */
export function edgeKey(from: StateId, kind: EdgeKind, index: number, to: StateId): string {
  return `${from}|${kind}|${index}|${to}`
}

export const startOf = (scope: string): string => `start:${scope}`
export const endOf = (scope: string): string => `end:${scope}`
const missingOf = (scope: string, name: string): string => `missing:${scope}:${name}`
export const isMissing = (id: string): boolean => id.startsWith('missing:')

/** Longest label in characters: what fits between two siblings. */
const LABEL = 26

const shorten = (text: string) => (text.length > LABEL ? `${text.slice(0, LABEL - 1).trimEnd()}…` : text)

function errorsLabel(errors: string[]): string {
  const first = errors[0] ?? 'no error'
  return errors.length > 1 ? `${shorten(first)} +${errors.length - 1}` : shorten(first)
}

/** The states of a scope by name. Of two with one name the last counts, as in JSON. */
function namesOf(scope: Scope): Map<string, StateId> {
  return new Map(scope.states.map(state => [state.name, state.id]))
}

/** The edges that leave one state, in a fixed order: next or end, rules, default, catchers. */
function edgesFrom(state: StateNode, names: Map<string, StateId>): GraphEdge[] {
  const scope = state.scope
  const edge = (kind: EdgeKind, index: number, name: string, label?: string, title?: string): GraphEdge => {
    const to = names.get(name) ?? missingOf(scope, name)
    const key = edgeKey(state.id, kind, index, to)
    return { key, kind, index, from: state.id, to, scope, ...(label ? { label, title: title ?? label } : {}) }
  }
  const edges: GraphEdge[] = []
  if (state.next !== undefined) edges.push(edge('next', 0, state.next))
  if (state.end && state.next === undefined) {
    const to = endOf(scope)
    edges.push({ key: edgeKey(state.id, 'end', 0, to), kind: 'end', index: 0, from: state.id, to, scope })
  }
  for (const rule of state.choices) {
    if (rule.next !== undefined)
      edges.push(edge('choice', rule.index, rule.next, shorten(rule.label), rule.label))
  }
  if (state.fallback !== undefined) edges.push(edge('default', 0, state.fallback, 'Default'))
  for (const catcher of state.catchers) {
    if (catcher.next === undefined) continue
    edges.push(
      edge('catch', catcher.index, catcher.next, errorsLabel(catcher.errors), catcher.errors.join(', ')),
    )
  }
  return edges
}

/** All edges of one scope. An empty scope has one from its start to its end, to insert on. */
export function edgesOfScope(scope: Scope): GraphEdge[] {
  const names = namesOf(scope)
  const from = startOf(scope.id)
  const start = (to: StateId): GraphEdge => {
    return { key: edgeKey(from, 'start', 0, to), kind: 'start', index: 0, from, to, scope: scope.id }
  }
  const edges: GraphEdge[] = []
  if (scope.startAt !== undefined)
    edges.push(start(names.get(scope.startAt) ?? missingOf(scope.id, scope.startAt)))
  else if (scope.states.length === 0) edges.push(start(endOf(scope.id)))
  for (const state of scope.states) edges.push(...edgesFrom(state, names))
  return edges
}

/** All edges of a program, scope by scope. */
export function edgesOf(program: Program): GraphEdge[] {
  return [...program.scopes.values()].flatMap(edgesOfScope)
}
