import type { Program, StateId } from '~/asl/program'
import type { Entry, Story } from './story'

const byName = new WeakMap<Program, Map<string, StateId[]>>()

function idsOf(program: Program): Map<string, StateId[]> {
  const known = byName.get(program)
  if (known) return known
  const names = new Map<string, StateId[]>()
  for (const [id, { name }] of program.states) {
    const ids = names.get(name)
    if (ids) ids.push(id)
    else names.set(name, [id])
  }
  byName.set(program, names)
  return names
}

/** Which state of the definition was visited. Of several with one name the one whose surroundings fit. */
export function stateIdOf(story: Story, program: Program | undefined, entry: Entry): StateId | undefined {
  if (!program) return undefined
  const ids = idsOf(program).get(entry.name) ?? []
  if (ids.length < 2) return ids[0]
  const outer = story.entries[story.lanes[entry.lane]?.container ?? -1]
  const around = outer ? `${stateIdOf(story, program, outer)}/` : '/States/'
  const inside = ids.filter(id => id.startsWith(around))
  return inside.find(id => id.split('/').length === shortest(inside)) ?? ids[0]
}

const shortest = (ids: StateId[]) => Math.min(...ids.map(id => id.split('/').length))
