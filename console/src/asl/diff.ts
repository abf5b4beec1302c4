import { allLinks, type Link } from './edges'
import type { Program, StateId, StateNode } from './program'
import { sameValue } from './text/equal'
import { split } from './tree'

/** What is different between two programs, to be drawn on a graph. */
export interface Difference {
  /** Ids in the new program. */
  added: StateId[]
  /** Ids in the old program. */
  removed: StateId[]
  changed: { before: StateId; after: StateId; fields: string[] }[]
  /** The same content under another name; a renamed state may be among the changed ones too. */
  renamed: { before: StateId; after: StateId }[]
  /** Links by where they come from and go to. */
  linksAdded: Link[]
  linksRemoved: Link[]
  /** Fields of the machine itself. */
  machine: string[]
}

/** What states lead to and what stands in them is compared apart. */
const INNER = new Set(['States', 'Branches', 'ItemProcessor', 'Iterator'])

export function compare(before: Program, after: Program): Difference {
  const pairs = pairsOf(before, after)
  const back = new Map([...pairs].map(([old, now]) => [now, old]))
  const states = [...before.states.values()]
  const changed = [...pairs].flatMap(([old, now]) => {
    const [left, right] = [before.states.get(old), after.states.get(now)]
    const fields =
      left && right ? changedFields(left, right, name => renamedIn(before, pairs, left.scope, name)) : []
    return fields.length > 0 ? [{ before: old, after: now, fields }] : []
  })
  const oldLinks = new Map(
    allLinks(before).map(link => [linkKey(before, link, id => pairs.get(id) ?? `-${id}`), link]),
  )
  const newLinks = new Map(allLinks(after).map(link => [linkKey(after, link, id => id), link]))
  return {
    added: [...after.states.keys()].filter(id => !back.has(id)),
    removed: states.filter(({ id }) => !pairs.has(id)).map(({ id }) => id),
    changed,
    renamed: [...pairs].flatMap(([old, now]) =>
      split(old).key === split(now).key ? [] : [{ before: old, after: now }],
    ),
    linksAdded: [...newLinks].filter(([key]) => !oldLinks.has(key)).map(([, link]) => link),
    linksRemoved: [...oldLinks].filter(([key]) => !newLinks.has(key)).map(([, link]) => link),
    machine: fieldsOf(
      before.tree.value as Fields,
      after.tree.value as Fields,
      new Set(['States', 'StartAt']),
    ),
  }
}

type Fields = Record<string, unknown>

/** Which state of the old program is which of the new one: first by name, then by content. */
function pairsOf(before: Program, after: Program): Map<StateId, StateId> {
  const pairs = new Map<StateId, StateId>()
  const left = [...before.states.values()]
  const byName = new Map([...after.states.values()].map(state => [state.name, state]))
  for (const state of left) {
    // Names are unique in a machine; a state that moved to another scope is still the same.
    const same = after.states.get(state.id) ?? byName.get(state.name)
    if (same) pairs.set(state.id, same.id)
  }
  const taken = new Set(pairs.values())
  const free = [...after.states.values()].filter(state => !taken.has(state.id))
  for (const state of left) {
    if (pairs.has(state.id)) continue
    const index = free.findIndex(other => sameContent(state, other))
    const [found] = index < 0 ? [] : free.splice(index, 1)
    if (found) pairs.set(state.id, found.id)
  }
  return pairs
}

/** Equal but for the names that they lead to. */
function sameContent(a: StateNode, b: StateNode): boolean {
  const leads = new Set([...INNER, 'Next', 'Default', 'End'])
  return (
    a.type === b.type && Object.keys(a.value).length > 2 && fieldsOf(a.value, b.value, leads).length === 0
  )
}

function changedFields(a: StateNode, b: StateNode, renamed: (name: string) => string): string[] {
  const translate = (value: unknown, key: string): unknown => {
    if ((key === 'Next' || key === 'Default') && typeof value === 'string') return renamed(value)
    if ((key !== 'Choices' && key !== 'Catch') || !Array.isArray(value)) return value
    return value.map(rule => (typeof rule?.Next === 'string' ? { ...rule, Next: renamed(rule.Next) } : rule))
  }
  const left = Object.fromEntries(Object.entries(a.value).map(([key, value]) => [key, translate(value, key)]))
  const fields = fieldsOf(left, b.value, INNER)
  for (const key of ['ItemProcessor', 'Iterator']) {
    const inner = fieldsOf(
      (a.value[key] ?? {}) as Fields,
      (b.value[key] ?? {}) as Fields,
      new Set(['States', 'StartAt']),
    )
    fields.push(...inner.map(field => `${key}/${field}`))
  }
  return fields
}

function renamedIn(before: Program, pairs: Map<StateId, StateId>, scope: string, name: string): string {
  const id = before.scopes.get(scope)?.states.find(state => state.name === name)?.id
  const now = id === undefined ? undefined : pairs.get(id)
  return now === undefined ? name : split(now).key
}

/** The keys whose values are different. */
function fieldsOf(a: Fields, b: Fields, without: Set<string>): string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].filter(key => !without.has(key) && !sameValue(a[key], b[key]))
}

/** Two links are the same when they lead from the same state to the same, for the same reason. */
function linkKey(program: Program, { edge, scope, to }: Link, map: (id: StateId) => string): string {
  const target = program.scopes.get(scope)?.states.find(state => state.name === to)?.id
  const from = edge.kind === 'start' ? `start ${startOf(scope, map)}` : map(edge.from)
  return JSON.stringify([edge.kind, from, target === undefined ? to : map(target)])
}

/** A scope by the state around it. */
function startOf(scope: string, map: (id: StateId) => string): string {
  const place = /^(.*\/States\/[^/]+)(\/.*)$/.exec(scope)
  return place ? map(place[1] ?? '') + place[2] : scope
}
