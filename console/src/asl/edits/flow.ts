import { allLinks, type Edge, edgePointer, edgeScope, type Link, linksOf, successorOf } from '../edges'
import type { Program, Scope, StateId, StateNode } from '../program'
import type { Draft } from '../text/draft'
import { Refusal } from '../text/draft'
import type { Content } from '../text/slice'
import type { Lay } from '../text/write'
import { neighbourLay } from '../text/writer'
import { entryOf, join, nodeAt } from '../tree'

/** The state with this id; refuses when the text has none. */
export function stateAt(program: Program, id: StateId): StateNode {
  const state = program.states.get(id)
  if (!state) throw new Refusal(`There is no state at ${id || 'the top of the definition'}.`)
  return state
}

export function scopeAt(program: Program, id: string): Scope {
  const scope = program.scopes.get(id)
  if (!scope) throw new Refusal(`There are no states at ${id || 'the top of the definition'}.`)
  return scope
}

/** The scope of an edge; refuses an edge that the text does not have. */
export function scopeOf(program: Program, edge: Edge): Scope {
  const scope = edgeScope(program, edge)
  if (!scope) throw new Refusal('This connection is no longer in the text.')
  return scope
}

export function linksTo(scope: Scope, name: string): Link[] {
  return linksOf(scope).filter(link => link.to === name)
}

/** Lets links go to another state. Where YAML shares their text, all that share it must be among them. */
export function retarget(draft: Draft, links: Link[], name: string) {
  const nodes = new Map(links.map(link => [nodeAt(draft.program.tree, edgePointer(link.edge)), link]))
  const places = new Set([...nodes.keys()].map(node => node?.start))
  const pointers = new Set(links.map(link => edgePointer(link.edge)))
  for (const { edge } of draft.style.format === 'yaml' ? allLinks(draft.program) : []) {
    const shared = places.has(nodeAt(draft.program.tree, edgePointer(edge))?.start)
    if (shared && !pointers.has(edgePointer(edge))) draft.guard(edgePointer(edge))
  }
  const edits = new Map<number, ReturnType<Draft['textEdit']>>()
  for (const node of nodes.keys()) {
    if (node?.alias)
      throw new Refusal(`This connection is shared by the anchor &${node.alias} of the YAML text.`)
    if (node && node.value !== name) edits.set(node.start, draft.textEdit(node, name))
  }
  draft.edit([...edits.values()])
}

/** Lets a state go on to another one, or end without one. */
export function leadTo(draft: Draft, id: StateId, name: string | undefined) {
  const [next, end] = [join(id, 'Next'), join(id, 'End')]
  if (draft.has(next) && draft.has(end)) draft.remove(name === undefined ? next : end)
  if (name !== undefined) return draft.has(end) ? draft.swap(end, 'Next', name) : draft.set(next, name)
  return draft.has(next) ? draft.swap(next, 'End', true) : draft.set(end, true)
}

/** Lets an edge go to a state. */
export function pointEdge(draft: Draft, edge: Edge, name: string) {
  if (edge.kind === 'next') return leadTo(draft, edge.from, name)
  draft.set(edgePointer(edge), name)
}

/** Lets everything that goes to a state go where the state goes. */
export function relink(draft: Draft, state: StateNode) {
  const scope = scopeAt(draft.program, state.scope)
  const found = successorOf(state)
  const next = found === state.name ? undefined : found
  const links = linksTo(scope, state.name).filter(
    ({ edge }) => edge.kind === 'start' || edge.from !== state.id,
  )
  const follows = ({ edge }: Link) => {
    if (next === undefined) return false
    // A loop of one state is of use only where an error was caught.
    return edge.kind === 'start' || edge.kind === 'catch' || edge.from !== join(scope.id, 'States', next)
  }
  if (next !== undefined) retarget(draft, links.filter(follows), next)
  for (const link of links.filter(link => !follows(link))) open(draft, link.edge, state)
}

/** What an edge becomes when its target goes and nothing comes after that. */
function open(draft: Draft, edge: Edge, gone: StateNode) {
  if (edge.kind === 'next') return leadTo(draft, edge.from, undefined)
  if (edge.kind !== 'start') return draft.remove(edgePointer(edge))
  const other = scopeAt(draft.program, edge.scope).states.find(state => state.name !== gone.name)
  if (other) draft.set(edgePointer(edge), other.name)
  else draft.remove(edgePointer(edge))
}

/** Puts a state into a scope's text: behind the state `after`, or in front of `before`, or last. */
export function placeState(
  draft: Draft,
  scope: string,
  name: string,
  content: Content,
  near: { after?: string; before?: string } = {},
): StateId {
  const states = join(scope, 'States')
  const holder = draft.node(states)
  const index = (key: string | undefined) =>
    key === undefined ? -1 : (holder?.entries.findLastIndex(entry => entry.key === key) ?? -1)
  const after = index(near.after)
  const before = index(near.before)
  const at = after >= 0 ? after + 1 : before >= 0 ? before : undefined
  draft.insert(states, name, content, at, layOfStates(draft, states, at))
  return join(states, name)
}

function layOfStates(draft: Draft, states: string, at: number | undefined): Lay {
  const holder = draft.node(states)
  const own = holder && neighbourLay(draft.text, holder, at ?? holder.entries.length)
  const top = entryOf(draft.program.tree, 'States')?.value
  return own ?? (top && neighbourLay(draft.text, top, 0)) ?? 'long'
}
