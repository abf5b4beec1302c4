import { type Command, command } from '~/asl/edits/command'
import type { Program, Source } from '~/asl/program'
import type { Draft } from '~/asl/text/draft'
import { join, nodeAt, split } from '~/asl/tree'

/** One field's new value; undefined takes it away. */
export interface FieldChange {
  /** JSON pointer of the field. */
  at: string
  value: unknown
  /** The key that it has from now on, at the same place. */
  rename?: string
}

/** Carries out several changes as one step. An object that would be left empty goes with its last field. */
export function changeFields(source: Source, program: Program, changes: readonly FieldChange[]): Command {
  const label = labelOf(changes)
  return command(source, program, label, draft => {
    for (const change of changes) if (change.value !== undefined) put(draft, change)
    for (const { at, value } of changes) {
      if (value === undefined) draft.remove(emptied(draft.program, at))
    }
    return undefined
  })
}

function put(draft: Draft, { at, value, rename }: FieldChange) {
  if (isGone(draft.program, at)) return
  if (rename === undefined || !draft.has(at)) return draft.set(at, value)
  draft.renameKey(at, rename)
  draft.set(join(split(at).parent, rename), value)
}

/** Whether the item of a list that the field stands in is not there any more. */
function isGone(program: Program, at: string): boolean {
  const { parent } = split(at)
  if (parent === '' || nodeAt(program.tree, parent)) return false
  return nodeAt(program.tree, split(parent).parent)?.kind === 'array' || isGone(program, parent)
}

/** The pointer to what is taken away: the field, or the object round it of which nothing would be left. */
function emptied(program: Program, at: string): string {
  const { parent } = split(at)
  const holder = nodeAt(program.tree, parent)
  const outer = nodeAt(program.tree, split(parent).parent)
  const alone = holder?.kind === 'object' && holder.entries.length === 1
  const apart = program.states.has(parent) || program.scopes.has(parent) || outer?.kind !== 'object'
  return alone && !apart ? emptied(program, parent) : at
}

function labelOf(changes: readonly FieldChange[]): string {
  const kept = changes.find(change => change.value !== undefined) ?? changes[0]
  const name = kept ? (kept.rename ?? split(kept.at).key) : 'Nothing'
  return `${name} was ${kept?.value === undefined ? 'removed' : 'changed'}`
}
