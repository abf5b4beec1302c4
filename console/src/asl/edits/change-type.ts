import { successorOf } from '../edges'
import { languageOf, takesField } from '../fields'
import { allNames } from '../names'
import type { Program, Source, StateId, StateNode, StateType } from '../program'
import { newState } from '../templates'
import { type Draft, Refusal } from '../text/draft'
import { outOf } from '../text/out'
import { join } from '../tree'
import { type Command, command } from './command'
import { leadTo, placeState, stateAt } from './flow'
import { settle } from './fragment'

/** Makes a state another type. It keeps the fields that the new type has, and gets those that it must have. */
export function changeType(source: Source, program: Program, id: StateId, type: StateType): Command {
  return command(source, program, `Change to ${type}`, draft => {
    const state = stateAt(program, id)
    if (state.type === type) return id
    refuseLoss(state)
    const language = languageOf(program, state)
    const next = successorOf(state)
    const keys = Object.keys(state.value)
    draft.set(join(id, 'Type'), type)
    const fallback = addRequired(draft, program, state, type)
    if (type === 'Choice') {
      if (fallback !== undefined) draft.set(join(id, 'Default'), fallback)
    } else if (type !== 'Succeed' && type !== 'Fail') leadTo(draft, id, next)
    for (const key of keys) if (!takesField(type, language, key)) draft.remove(join(id, key))
    return id
  })
}

/** States inside would be lost; they must be deleted or moved first. */
function refuseLoss(state: StateNode) {
  const inner = state.children.flatMap(scope => scope.states)
  if (inner.length > 0) {
    throw new Refusal(
      `${state.name} contains ${inner.length} states, among them ${inner[0]?.name}. Move or delete them first.`,
    )
  }
}

const REQUIRED: Record<string, string[]> = {
  Task: ['Resource'],
  Choice: ['Choices'],
  Wait: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor', 'Iterator'],
}

/** Writes what the type must have, and gives where a Choice goes otherwise: on, or to a new end. */
function addRequired(draft: Draft, program: Program, state: StateNode, type: StateType): string | undefined {
  const next = successorOf(state)
  const [made, done] = settle(newState(type, languageOf(program, state)), allNames(program), next)
  const fields = REQUIRED[type] ?? []
  const [first] = fields
  if (made && first !== undefined && !fields.some(field => draft.has(join(state.id, field)))) {
    draft.set(join(state.id, first), made[1][first])
    if (done) placeState(draft, state.scope, done[0], { out: outOf(done[1]) }, { after: state.name })
    return next ?? done?.[0]
  }
  return next
}
