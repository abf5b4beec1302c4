import { linksFrom, linksOf } from '../edges'
import { allNames, freeName } from '../names'
import type { Program, Source, StateId, StateNode } from '../program'
import { Refusal } from '../text/draft'
import { outOf } from '../text/out'
import { join } from '../tree'
import { type Command, command } from './command'
import { leadTo, linksTo, placeState, retarget, scopeAt, stateAt } from './flow'

/** Puts states of one scope into a new Parallel with one branch, or into a new Map. */
export function wrapStates(
  source: Source,
  program: Program,
  ids: StateId[],
  into: 'Parallel' | 'Map',
): Command {
  return command(source, program, `Wrap in ${into}`, draft => {
    const states = chosen(program, ids)
    const scope = scopeAt(program, states[0]?.scope ?? '')
    const names = new Set(states.map(state => state.name))
    const entry = entryName(program, states, names)
    const exit = exitName(states, names)
    const outside = linksOf(scope).filter(({ edge, to }) => {
      return to === entry && (edge.kind === 'start' || !names.has(program.states.get(edge.from)?.name ?? ''))
    })
    const taken = allNames(program)
    const name = freeName(into, taken)
    const inner = { StartAt: entry, States: {} }
    const body =
      into === 'Map'
        ? { ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner } }
        : { Branches: [inner] }
    const next = exit === undefined ? { End: true } : { Next: exit }
    const wrapper = { Type: into, ...body, ...next }
    const id = placeState(draft, scope.id, name, { out: outOf(wrapper) }, { before: states[0]?.name })
    retarget(draft, outside, name)
    const innerId = into === 'Map' ? join(id, 'ItemProcessor') : join(id, 'Branches', 0)
    for (const state of states) {
      const slice = draft.slice(state.id)
      if (!slice) throw new Refusal(`There is no state at ${state.id}.`)
      draft.remove(state.id)
      placeState(draft, innerId, state.name, { slice })
    }
    if (exit !== undefined) endInside(draft, innerId, exit, taken)
    return id
  })
}

/** What went on to the state behind the new container ends in it. */
function endInside(draft: Parameters<typeof retarget>[0], innerId: string, exit: string, taken: Set<string>) {
  const exits = () => linksTo(scopeAt(draft.program, innerId), exit)
  for (const { edge } of exits()) if (edge.kind === 'next') leadTo(draft, edge.from, undefined)
  if (exits().length === 0) return
  const done = freeName('Done', taken)
  retarget(draft, exits(), done)
  placeState(draft, innerId, done, { out: outOf({ Type: 'Succeed' }) })
}

function chosen(program: Program, ids: StateId[]): StateNode[] {
  const states = [...program.states.values()].filter(state => ids.includes(state.id))
  const [first] = states
  if (!first) throw new Refusal('No states are chosen.')
  for (const id of ids) stateAt(program, id)
  if (states.some(state => state.scope !== first.scope)) {
    throw new Refusal('The states stand in different parts; choose states of one part.')
  }
  return states
}

/** The only state through which the chosen ones are entered. */
function entryName(program: Program, states: StateNode[], names: Set<string>): string {
  const scope = scopeAt(program, states[0]?.scope ?? '')
  const outside = linksOf(scope).filter(({ edge }) => {
    return edge.kind === 'start' || !names.has(program.states.get(edge.from)?.name ?? '')
  })
  const entered = [...new Set(outside.map(link => link.to).filter(to => names.has(to)))]
  if (entered.length > 1)
    throw new Refusal(`There are several ways in: ${entered.join(', ')}. Choose states with one.`)
  return entered[0] ?? states[0]?.name ?? ''
}

/** The only state to which the chosen ones go on, or none when they end. */
function exitName(states: StateNode[], names: Set<string>): string | undefined {
  const out = states.flatMap(linksFrom).filter(({ to }) => !names.has(to))
  const exits = [...new Set(out.map(link => link.to))]
  if (exits.length > 1)
    throw new Refusal(`There are several ways out: ${exits.join(', ')}. Choose states with one.`)
  const ends = states.find(state => state.end || state.type === 'Succeed')
  if (exits.length === 1 && ends) {
    throw new Refusal(`${ends.name} ends, while others go on to ${exits[0]}. Choose states with one way out.`)
  }
  return exits[0]
}
