import { type Edge, edgeTarget } from '../edges'
import { allNames, freeName } from '../names'
import type { StateId } from '../program'
import type { Draft } from '../text/draft'
import { outOf } from '../text/out'
import { placeState, pointEdge, scopeOf } from './flow'

export type Value = Record<string, unknown>

/** Stands in a fragment for the state that comes after it. */
export const EXIT = '\u0000exit'

/** States that belong together, as data. The first one is where they begin. */
export type Fragment = [name: string, state: Value][]

/** Puts a fragment on an edge: the edge goes to its first state, its exits to where the edge went. */
export function putFragment(draft: Draft, edge: Edge, fragment: Fragment): StateId | undefined {
  const scope = scopeOf(draft.program, edge)
  const target = edgeTarget(draft.program, edge)
  const near = edge.kind === 'start' ? { before: target } : { after: nameOf(draft, edge.from) }
  const [first] = placeFragment(draft, scope.id, fragment, target, near)
  if (!first) return undefined
  pointEdge(draft, edge, first.name)
  return first.id
}

/** Writes the states of a fragment one behind the other; their names are made unique. */
export function placeFragment(
  draft: Draft,
  scope: string,
  fragment: Fragment,
  target: string | undefined,
  near: { after?: string; before?: string } = {},
): { id: StateId; name: string }[] {
  const states = settle(fragment, allNames(draft.program), target)
  let place = near
  return states.map(([name, value]) => {
    const id = placeState(draft, scope, name, { out: outOf(value) }, place)
    place = { after: name }
    return { id, name }
  })
}

/** The fragment with names that are free, and with exits that lead somewhere. */
export function settle(fragment: Fragment, taken: Set<string>, target: string | undefined): Fragment {
  const names = new Map(fragment.map(([name]) => [name, freeName(name, taken)]))
  let done: string | undefined
  const exit = () => {
    if (target !== undefined) return target
    done ??= freeName('Done', taken)
    return done
  }
  const states = fragment.map(([name, state]): [string, Value] => {
    const next = (to: string) => (to === EXIT ? exit() : (names.get(to) ?? to))
    return [names.get(name) ?? name, settleState(state, next, taken, target)]
  })
  return done === undefined ? states : [...states, [done, { Type: 'Succeed' }]]
}

function settleState(state: Value, next: (to: string) => string, taken: Set<string>, target?: string): Value {
  const result: Value = {}
  for (const [key, value] of Object.entries(state)) {
    if (key === 'Next' && value === EXIT && target === undefined) result.End = true
    else if ((key === 'Next' || key === 'Default') && typeof value === 'string') result[key] = next(value)
    else if ((key === 'Choices' || key === 'Catch') && Array.isArray(value)) {
      result[key] = value.map((rule: Value) =>
        typeof rule.Next === 'string' ? { ...rule, Next: next(rule.Next) } : rule,
      )
    } else if (key === 'Branches' && Array.isArray(value))
      result[key] = value.map(inner => settleScope(inner, taken))
    else if (key === 'ItemProcessor' || key === 'Iterator') result[key] = settleScope(value as Value, taken)
    else result[key] = value
  }
  return result
}

function settleScope(scope: Value, taken: Set<string>): Value {
  const inner = settle(Object.entries((scope.States ?? {}) as Record<string, Value>), taken, undefined)
  const names = Object.keys((scope.States ?? {}) as Value)
  const start = inner[names.indexOf(String(scope.StartAt))]?.[0] ?? scope.StartAt
  return { ...scope, StartAt: start, States: Object.fromEntries(inner) }
}

function nameOf(draft: Draft, id: StateId): string | undefined {
  return draft.program.states.get(id)?.name
}
