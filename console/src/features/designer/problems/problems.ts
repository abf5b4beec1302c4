import type { Program, StateId } from '~/asl/program'
import type { Diagnostic } from '~/data/types'

/** A diagnostic of the server, with its place in the text of now. */
export interface Problem extends Diagnostic {
  /** The innermost state that it stands in. */
  state: StateId | undefined
}

/** The state that a JSON pointer leads into: the longest that is a part of it. */
export function stateOfPointer(program: Program | undefined, pointer: string): StateId | undefined {
  if (!program) return undefined
  let at = pointer
  while (at !== '') {
    if (program.states.has(at)) return at
    at = at.slice(0, at.lastIndexOf('/'))
  }
  return undefined
}

/** The innermost state around a place of the text. */
export function stateAt(program: Program | undefined, offset: number): StateId | undefined {
  if (!program) return undefined
  let found: { id: StateId; size: number } | undefined
  for (const state of program.states.values()) {
    const from = Math.min(state.nameRange.start, state.range.start)
    if (offset < from || offset > state.range.end) continue
    const size = state.range.end - from
    if (!found || size < found.size) found = { id: state.id, size }
  }
  return found?.id
}

/** A refusal to save in as few words: what is wrong in detail is in the list of problems. */
export function plainFailure(failure: Error): Error {
  const message = plain(failure.message)
  return message === failure.message ? failure : new Error(`${message}. The problems below say where.`)
}

/** A message without the copy of the whole text that AWS puts into it: the place is shown anyway. */
export function plain(message: string): string {
  return message.replace(/\s+at \[Source: \(String\)"[\s\S]*$/, '')
}
