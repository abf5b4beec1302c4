/** Which rows are chosen, and from which one a range is drawn. */
export interface Selection {
  chosen: ReadonlySet<string>
  anchor?: string
}

export const NONE: Selection = { chosen: new Set() }

/** Switches one row; with `range`, all from the last one that was switched to this one follow it. */
export function toggle(selection: Selection, id: string, ids: readonly string[], range: boolean): Selection {
  const on = !selection.chosen.has(id)
  const chosen = new Set(selection.chosen)
  const from = range && selection.anchor ? ids.indexOf(selection.anchor) : -1
  const to = ids.indexOf(id)
  const touched = from < 0 || to < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of touched) {
    if (on) chosen.add(one)
    else chosen.delete(one)
  }
  return { chosen, anchor: id }
}

/** All of these, or none when all are chosen already. */
export function toggleAll(selection: Selection, ids: readonly string[]): Selection {
  return ids.every(id => selection.chosen.has(id)) ? NONE : { chosen: new Set(ids) }
}
