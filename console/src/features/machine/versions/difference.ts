import type { Program, StateId } from '~/asl/program'
import type { DiffMark } from '~/graph'

export interface Difference {
  id: StateId
  name: string
  mark: DiffMark
  /** Fields of a changed state that are not the same, in the order of the newer text. */
  fields: string[]
}

/** What differs between two definitions, state by state. Spacing and the order of keys are no difference.
 * The states inside a container are compared for themselves, so a container's own entry names only
 * fields of its own. Removed ones stand first, then what the newer definition has, in its order. */
export function differences(from: Program, to: Program): Difference[] {
  const removed = [...from.states.values()]
    .filter(state => !to.states.has(state.id))
    .map(({ id, name }): Difference => ({ id, name, mark: 'removed', fields: [] }))
  const present = [...to.states.values()].flatMap(({ id, name, value }): Difference[] => {
    const before = from.states.get(id)
    if (!before) return [{ id, name, mark: 'added', fields: [] }]
    const fields = changedFields(before.value, value)
    return fields.length > 0 ? [{ id, name, mark: 'changed', fields }] : []
  })
  return [...removed, ...present]
}

/** Names of the fields whose values differ; of a container's branches only what is not its states. */
function changedFields(from: Record<string, unknown>, to: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(to), ...Object.keys(from)])]
  return names.filter(name => text(own(name, from[name])) !== text(own(name, to[name])))
}

function own(name: string, value: unknown): unknown {
  if (name === 'Branches' && Array.isArray(value)) return value.map(branch => withoutStates(branch))
  if (name === 'ItemProcessor' || name === 'Iterator') return withoutStates(value)
  return value
}

function withoutStates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return { ...value, States: undefined }
}

/** One text for equal values, whatever the order of their keys. */
function text(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  )
}

/** Fields of the machine itself, above its states, that differ. */
export function topDifferences(from: string, to: string): string[] {
  const [before, after] = [plain(from), plain(to)]
  return changedFields({ ...before, States: undefined }, { ...after, States: undefined })
}

function plain(definition: string): Record<string, unknown> {
  const value: unknown = JSON.parse(definition)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
