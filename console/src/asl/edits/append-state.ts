import type { Program, Source, StateId } from '../program'
import { Refusal } from '../text/draft'
import { outOf } from '../text/out'
import { join } from '../tree'
import { type Command, command } from './command'
import { stateAt } from './flow'
import { type Fragment, placeFragment, putFragment } from './fragment'
import { labelOf, refuseDeadEnd } from './insert-state'

/** Puts states behind a state. Behind a Choice they become its Default, or a rule of their own with `condition`. */
export function appendState(
  source: Source,
  program: Program,
  id: StateId,
  fragment: Fragment,
  condition: Record<string, unknown> = {},
): Command {
  return command(source, program, labelOf(fragment), draft => {
    const state = stateAt(program, id)
    if (state.type !== 'Choice') {
      refuseDeadEnd(program, id)
      return putFragment(draft, { kind: 'next', from: id }, fragment)
    }
    const [first] = placeFragment(draft, state.scope, fragment, undefined, { after: state.name })
    if (!first) throw new Refusal('There is nothing to insert.')
    if (state.fallback === undefined) draft.set(join(id, 'Default'), first.name)
    else {
      const rule = outOf({ ...condition, Next: first.name })
      if (!draft.has(join(id, 'Choices'))) draft.set(join(id, 'Choices'), [])
      draft.insertItem(join(id, 'Choices'), state.choices.length, { out: rule })
    }
    return first.id
  })
}
