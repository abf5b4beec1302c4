import { type Edge, edgeTarget } from '../edges'
import { allNames } from '../names'
import type { Program, Source, StateId } from '../program'
import { Draft, Refusal } from '../text/draft'
import { join } from '../tree'
import { clipFromText, clipOf, entryOf, placeClip, settleClip } from './clip'
import { type Command, command } from './command'
import { outermost } from './delete-states'
import { pointEdge, scopeAt, scopeOf } from './flow'
import { refuseDeadEnd } from './insert-state'

/** The states as a text for the clipboard, in the format of the file; `''` when there are none. */
export function copyStates(source: Source, program: Program, ids: StateId[]): string {
  const known = outermost(ids).filter(id => program.states.has(id))
  return known.length === 0 ? '' : clipOf(new Draft(source, program), known, source.format).text
}

/** Puts copied states on an edge, or into a scope with nothing that leads to them. */
export function pasteStates(
  source: Source,
  program: Program,
  where: Edge | { into: string },
  text: string,
): Command {
  return command(source, program, 'Paste', draft => {
    const clip = clipFromText(text)
    const scope = 'into' in where ? scopeAt(program, where.into) : scopeOf(program, where)
    if ('kind' in where && where.kind === 'next') refuseDeadEnd(program, where.from)
    const first = entryOf(clip.program.top)
    const index = clip.program.top.states.findIndex(state => state.name === first)
    const known = new Set(scope.states.map(state => state.name))
    settleClip(clip, allNames(program), name => known.has(name))
    const target = 'into' in where ? undefined : edgeTarget(program, where)
    const from = 'into' in where || where.kind === 'start' ? undefined : program.states.get(where.from)?.name
    const near = from === undefined ? { before: target } : { after: from }
    const placed = placeClip(draft, clip, scope.id, target, near)
    const entry = placed[Math.max(index, 0)]
    const state = entry === undefined ? undefined : draft.program.states.get(entry)
    if (!state) throw new Refusal('There are no states in this text.')
    if ('kind' in where) pointEdge(draft, where, state.name)
    else if (scope.states.length === 0) draft.set(join(scope.id, 'StartAt'), state.name)
    return state.id
  })
}
