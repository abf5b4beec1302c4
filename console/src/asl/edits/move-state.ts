import { type Edge, edgePointer, edgeTarget, linksFrom } from '../edges'
import type { Program, Source, StateId, StateNode } from '../program'
import { Refusal } from '../text/draft'
import { join } from '../tree'
import { type Command, command } from './command'
import { leadTo, placeState, pointEdge, relink, scopeOf, stateAt } from './flow'
import { refuseDeadEnd } from './insert-state'

/** Takes a state from where it is and puts it on an edge, also of another scope, as it is written. */
export function moveState(source: Source, program: Program, id: StateId, edge: Edge): Command {
  return command(source, program, `Move ${program.states.get(id)?.name ?? id}`, draft => {
    const state = stateAt(program, id)
    const scope = scopeOf(program, edge)
    const target = edgeTarget(program, edge)
    if (edge.kind === 'next') refuseDeadEnd(program, edge.from)
    refuseMove(state, edge, scope.id, target)
    relink(draft, state)
    const slice = draft.slice(id)
    if (!slice) throw new Refusal(`There is no state at ${id}.`)
    draft.remove(id)
    const from = edge.kind === 'start' ? undefined : program.states.get(edge.from)?.name
    const near = from === undefined ? { before: target } : { after: from }
    const placed = placeState(draft, scope.id, state.name, { slice }, near)
    pointEdge(draft, edge, state.name)
    if (state.type === 'Choice') {
      if (target !== undefined) draft.set(join(placed, 'Default'), target)
    } else if (state.type !== 'Succeed' && state.type !== 'Fail') leadTo(draft, placed, target)
    return placed
  })
}

function refuseMove(state: StateNode, edge: Edge, scope: string, target: string | undefined) {
  const where = edgePointer(edge)
  if (where.startsWith(`${state.id}/`) && edge.kind !== 'start' && edge.from === state.id) {
    throw new Refusal(`${state.name} stands there already.`)
  }
  if (where.startsWith(`${state.id}/`)) throw new Refusal(`${state.name} cannot be moved into itself.`)
  if (scope === state.scope) {
    if (target === state.name) throw new Refusal(`${state.name} stands there already.`)
    return
  }
  const bound = linksFrom(state).find(link => link.edge.kind === 'choice' || link.edge.kind === 'catch')
  const fallback = state.type === 'Choice' && target === undefined ? state.fallback : undefined
  const to = bound?.to ?? fallback
  if (to !== undefined) {
    throw new Refusal(
      `${state.name} leads to ${to}, which stays behind: connections do not go into or out of a Parallel or a Map.`,
    )
  }
}
