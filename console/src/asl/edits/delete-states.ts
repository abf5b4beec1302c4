import type { Program, Source, StateId } from '../program'
import { type Command, command } from './command'
import { relink, stateAt } from './flow'

/** Deletes states with all that is in them. What went to one goes where it went; where it ended, that ends. */
export function deleteStates(source: Source, program: Program, ids: StateId[]): Command {
  const outer = outermost(ids)
  const names = outer.map(id => program.states.get(id)?.name ?? id)
  const label = names.length === 1 ? `Delete ${names[0]}` : `Delete ${names.length} states`
  return command(source, program, label, draft => {
    for (const id of outer) {
      relink(draft, stateAt(draft.program, id))
      draft.remove(id)
    }
    return undefined
  })
}

/** Those that are not in another one of them. */
export function outermost(ids: StateId[]): StateId[] {
  return [...new Set(ids)].filter(id => !ids.some(other => id.startsWith(`${other}/`)))
}
