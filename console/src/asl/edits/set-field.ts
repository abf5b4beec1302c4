import type { Program, Source } from '../program'
import { segments } from '../tree'
import { type Command, command } from './command'

/** Gives the field at a JSON pointer a value; `undefined` takes it away. What stays equal stays as it is written. */
export function setField(source: Source, program: Program, pointer: string, value: unknown): Command {
  const name = segments(pointer).at(-1) ?? 'the definition'
  return command(source, program, `${value === undefined ? 'Remove' : 'Change'} ${name}`, draft => {
    if (value === undefined) draft.remove(pointer)
    else draft.set(pointer, value)
    return [...program.states.keys()].filter(id => pointer.startsWith(`${id}/`)).at(-1)
  })
}
