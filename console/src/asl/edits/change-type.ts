import { successorOf } from '../edges'
import { languageOf, takesField } from '../fields'
import { allNames } from '../names'
import type { Program, Source, StateId, StateNode, StateType } from '../program'
import { newState } from '../templates'
import { type Draft, Refusal } from '../text/draft'
import { join } from '../tree'
import { type Command, command } from './command'
import { leadTo, stateAt } from './flow'
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
    addRequired(draft, program, state, type)
    if (type === 'Choice') {
      if (next !== undefined) draft.set(join(id, 'Default'), next)
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

function addRequired(draft: Draft, program: Program, state: StateNode, type: StateType) {
  const language = languageOf(program, state)
  const taken = allNames(program)
  const [made] = settle(newState(type, language), taken, successorOf(state) ?? state.name)
  const required: Record<string, string[]> = {
    Task: ['Resource'],
    Choice: ['Choices'],
    Wait: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
    Parallel: ['Branches'],
    Map: ['ItemProcessor', 'Iterator'],
  }
  const fields = required[type] ?? []
  const [first] = fields
  if (!made || first === undefined || fields.some(field => draft.has(join(state.id, field)))) return
  // Rules without a state to go to would be of no use.
  const empty = type === 'Choice' && successorOf(state) === undefined
  draft.set(join(state.id, first), empty ? [] : made[1][first])
}
