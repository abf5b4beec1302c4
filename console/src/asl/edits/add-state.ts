import type { Program, Source } from '../program'
import { join } from '../tree'
import { type Command, command } from './command'
import { scopeAt } from './flow'
import { type Fragment, placeFragment } from './fragment'
import { labelOf } from './insert-state'

/** Puts states into a scope with nothing that leads to them. In an empty scope they are its start. */
export function addState(source: Source, program: Program, scopeId: string, fragment: Fragment): Command {
  return command(source, program, labelOf(fragment), draft => {
    const scope = scopeAt(program, scopeId)
    const isFirst = scope.states.length === 0
    const placed = placeFragment(draft, scopeId, fragment, undefined)
    if (isFirst && placed[0]) draft.set(join(scopeId, 'StartAt'), placed[0].name)
    return placed[0]?.id
  })
}
