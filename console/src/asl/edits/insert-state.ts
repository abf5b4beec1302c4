import type { Edge } from '../edges'
import { edgeTarget } from '../edges'
import type { Program, Source } from '../program'
import { Refusal } from '../text/draft'
import { type Command, command } from './command'
import { stateAt } from './flow'
import { type Fragment, putFragment } from './fragment'

/** Puts one or several states on an edge: they go on to where the edge went. */
export function insertOnEdge(source: Source, program: Program, edge: Edge, fragment: Fragment): Command {
  return command(source, program, labelOf(fragment), draft => {
    if (edge.kind === 'next') refuseDeadEnd(program, edge.from)
    if ((edge.kind === 'choice' || edge.kind === 'catch') && edgeTarget(program, edge) === undefined) {
      const list =
        edge.kind === 'choice' ? stateAt(program, edge.from).choices : stateAt(program, edge.from).catchers
      if (!list[edge.index]) throw new Refusal('This connection is no longer in the text.')
    }
    return putFragment(draft, edge, fragment)
  })
}

export function labelOf(fragment: Fragment): string {
  return `Insert ${fragment[0]?.[0] ?? 'nothing'}`
}

/** Nothing can follow a state that has no `Next`. */
export function refuseDeadEnd(program: Program, id: string) {
  const { name, type } = stateAt(program, id)
  if (type === 'Succeed' || type === 'Fail')
    throw new Refusal(`${name} is a ${type} state: nothing follows it.`)
  if (type === 'Choice') throw new Refusal(`${name} is a Choice: it goes on by its rules and its Default.`)
}
