import { type Edge, edgePointer } from '../edges'
import type { Program, Source, StateId } from '../program'
import { Refusal } from '../text/draft'
import { type Command, command } from './command'
import { leadTo, pointEdge, scopeOf, stateAt } from './flow'
import { refuseDeadEnd } from './insert-state'

/** Lets an edge go to a state of the same scope, or end with `null`. An edge of kind `start` sets where it begins. */
export function connect(source: Source, program: Program, edge: Edge, to: StateId | null): Command {
  const target = to === null ? 'the end' : (program.states.get(to)?.name ?? to)
  return command(source, program, `Connect to ${target}`, draft => {
    const scope = scopeOf(program, edge)
    if (edge.kind === 'next') refuseDeadEnd(program, edge.from)
    if (edge.kind === 'choice' || edge.kind === 'catch' || edge.kind === 'default')
      refuseStrange(program, edge)
    if (to === null) {
      if (edge.kind === 'next') leadTo(draft, edge.from, undefined)
      else if (edge.kind === 'default') draft.remove(edgePointer(edge))
      else throw new Refusal('This connection must lead to a state. Add a Succeed state to end there.')
    } else {
      const state = stateAt(program, to)
      if (state.scope !== scope.id) {
        throw new Refusal(
          `${state.name} stands in another part: connections do not go into or out of a Parallel or a Map.`,
        )
      }
      pointEdge(draft, edge, state.name)
    }
    return edge.kind === 'start' ? undefined : edge.from
  })
}

function refuseStrange(program: Program, edge: Exclude<Edge, { kind: 'start' }>) {
  const state = stateAt(program, edge.from)
  if (edge.kind === 'default' && state.type !== 'Choice')
    throw new Refusal(`${state.name} is no Choice: it has no Default.`)
  if (edge.kind === 'choice' && !state.choices[edge.index])
    throw new Refusal(`${state.name} has no such rule.`)
  if (edge.kind === 'catch' && !state.catchers[edge.index])
    throw new Refusal(`${state.name} has no such catcher.`)
}
