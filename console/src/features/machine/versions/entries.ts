import { compare } from '~/asl/diff'
import type { Program, StateId } from '~/asl/program'
import type { DiffMark } from '~/graph'

/** One state that is not the same in both definitions. */
export interface Entry {
  /** Its pointers; a removed state has none after, an added one none before. */
  before?: StateId
  after?: StateId
  name: string
  /** Its name before, when it has another one now. */
  was?: string
  mark: DiffMark
  fields: string[]
}

/** What differs, as a list: removed states first, then what the newer definition has, in its order. */
export function entriesOf(from: Program, to: Program): { entries: Entry[]; machine: string[] } {
  const found = compare(from, to)
  const fields = new Map(found.changed.map(({ after, fields }) => [after, fields]))
  const back = new Map([...found.changed, ...found.renamed].map(({ before, after }) => [after, before]))
  const renamed = new Set(found.renamed.map(({ after }) => after))
  const added = new Set(found.added)
  const removed = found.removed.map(
    (id): Entry => ({ before: id, name: from.states.get(id)?.name ?? id, mark: 'removed', fields: [] }),
  )
  const present = [...to.states.values()].flatMap(({ id, name }): Entry[] => {
    if (added.has(id)) return [{ after: id, name, mark: 'added', fields: [] }]
    const before = back.get(id)
    if (before === undefined) return []
    const was = renamed.has(id) ? from.states.get(before)?.name : undefined
    return [{ before, after: id, name, was, mark: 'changed', fields: fields.get(id) ?? [] }]
  })
  return { entries: [...removed, ...present], machine: found.machine }
}

/** Marks for one of the two graphs. */
export function marksOf(entries: readonly Entry[], side: 'before' | 'after'): Map<StateId, DiffMark> {
  const marks = new Map<StateId, DiffMark>()
  for (const entry of entries) {
    const id = entry[side]
    if (id !== undefined) marks.set(id, entry.mark)
  }
  return marks
}
