import { allNames, NAME_MAX } from '../names'
import type { Program, Source, StateId } from '../program'
import { Refusal } from '../text/draft'
import { join } from '../tree'
import { type Command, command } from './command'
import { linksTo, retarget, scopeAt, stateAt } from './flow'

/** Gives a state another name, and everything that leads to it. */
export function renameState(source: Source, program: Program, id: StateId, name: string): Command {
  return command(source, program, `Rename to ${name}`, draft => {
    const state = stateAt(program, id)
    if (name === state.name) return id
    if (name.trim() === '') throw new Refusal('A state needs a name.')
    if ([...name].length > NAME_MAX) throw new Refusal(`A name has at most ${NAME_MAX} characters.`)
    if (allNames(program).has(name)) throw new Refusal(`There is a state named ${name} already.`)
    retarget(draft, linksTo(scopeAt(program, state.scope), state.name), name)
    draft.renameKey(id, name)
    return join(state.scope, 'States', name)
  })
}
