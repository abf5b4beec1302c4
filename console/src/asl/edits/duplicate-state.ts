import { successorOf } from '../edges'
import { allNames } from '../names'
import type { Program, Source, StateId } from '../program'
import { clipOf, open, placeClip, settleClip } from './clip'
import { type Command, command } from './command'
import { leadTo, stateAt } from './flow'

/** Copies a state with all that is in it. The copy comes behind it where something can; else nothing leads to it. */
export function duplicateState(source: Source, program: Program, id: StateId): Command {
  const original = program.states.get(id)
  return command(source, program, `Duplicate ${original?.name ?? id}`, draft => {
    const state = stateAt(program, id)
    const clip = open(clipOf(draft, [id], source.format))
    settleClip(clip, allNames(program), () => true)
    const [copy] = placeClip(draft, clip, state.scope, successorOf(state), { after: state.name })
    const placed = copy === undefined ? undefined : draft.program.states.get(copy)
    const follows = state.next !== undefined || state.end
    if (placed && follows && !/^(Choice|Succeed|Fail)$/.test(state.type)) leadTo(draft, id, placed.name)
    return copy
  })
}
