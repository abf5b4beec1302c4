import type { Program, Source, StateId } from '../program'
import { Refusal } from '../text/draft'
import { outOf } from '../text/out'
import { join } from '../tree'
import { type Command, command } from './command'
import { stateAt } from './flow'

/** The lists that a state may have. */
export type List = 'Choices' | 'Catch' | 'Retry' | 'Branches'

const NOUNS: Record<List, string> = {
  Choices: 'rule',
  Catch: 'catcher',
  Retry: 'retrier',
  Branches: 'branch',
}

/** Adds a choice rule, a catcher, a retrier or a branch; at the end without an index. */
export function addItem(
  source: Source,
  program: Program,
  id: StateId,
  list: List,
  value: unknown,
  index?: number,
): Command {
  return command(source, program, `Add ${NOUNS[list]}`, draft => {
    const count = lengthOf(program, id, list)
    const pointer = join(id, list)
    if (count === 0) draft.set(pointer, [value])
    else draft.insertItem(pointer, Math.min(index ?? count, count), { out: outOf(value) })
    return id
  })
}

/** Takes one away. A list of retriers or catchers that would be empty goes with it. */
export function removeItem(
  source: Source,
  program: Program,
  id: StateId,
  list: List,
  index: number,
): Command {
  return command(source, program, `Remove ${NOUNS[list]}`, draft => {
    const count = lengthOf(program, id, list)
    if (index < 0 || index >= count) throw new Refusal(`There is no ${NOUNS[list]} ${index + 1}.`)
    const whole = count === 1 && (list === 'Retry' || list === 'Catch')
    draft.remove(whole ? join(id, list) : join(id, list, index))
    return id
  })
}

/** Moves one to another place in its list, as it is written. */
export function moveItem(
  source: Source,
  program: Program,
  id: StateId,
  list: List,
  from: number,
  to: number,
): Command {
  return command(source, program, `Move ${NOUNS[list]}`, draft => {
    const count = lengthOf(program, id, list)
    if (Math.min(from, to) < 0 || Math.max(from, to) >= count)
      throw new Refusal(`There is no such ${NOUNS[list]}.`)
    const slice = draft.slice(join(id, list, from))
    if (from === to || !slice) return id
    draft.remove(join(id, list, from))
    draft.insertItem(join(id, list), to, { slice })
    return id
  })
}

function lengthOf(program: Program, id: StateId, list: List): number {
  const found = stateAt(program, id).value[list]
  if (found === undefined || found === null) return 0
  if (!Array.isArray(found)) throw new Refusal(`${list} is no list in the text.`)
  return found.length
}
