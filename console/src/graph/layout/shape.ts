import type { Program, Scope, StateId } from '~/asl/program'
import { edgesOfScope, type GraphEdge, isMissing } from '../edges'
import type { LayoutOptions } from './types'

/** What a layout depends on, and nothing else: small enough to hash and to send to a worker. */
export interface ScopeShape {
  id: string
  states: StateShape[]
  /** Names that some state goes to and nobody bears. */
  missing: { id: StateId; name: string }[]
  edges: GraphEdge[]
}

export interface StateShape {
  id: StateId
  name: string
  type: string
  container: boolean
  /** None when it is collapsed. */
  children: ScopeShape[]
}

function isContainer(type: string): boolean {
  return type === 'Parallel' || type === 'Map'
}

function scopeShape(scope: Scope, collapsed: ReadonlySet<StateId>): ScopeShape {
  // A text may hold one key twice; the last one counts.
  const states = [...new Map(scope.states.map(state => [state.id, state])).values()]
  const known = new Set<string>()
  const edges = edgesOfScope({ ...scope, states }).filter(edge => !known.has(edge.key) && known.add(edge.key))
  const prefix = `missing:${scope.id}:`
  const missing = new Set(edges.map(edge => edge.to).filter(isMissing))
  return {
    id: scope.id,
    states: states.map(state => {
      const container = isContainer(state.type) && state.children.length > 0
      const open = container && !collapsed.has(state.id)
      const children = open ? state.children.map(child => scopeShape(child, collapsed)) : []
      return { id: state.id, name: state.name, type: state.type, container, children }
    }),
    missing: [...missing].map(id => ({ id, name: id.slice(prefix.length) })),
    edges,
  }
}

export function shapeOf(program: Program, options: LayoutOptions): ScopeShape {
  return scopeShape(program.top, options.collapsed)
}

/** The key of the cache. Two 32-bit FNV hashes with other seeds, and the length. */
export function hashOf(shape: ScopeShape): string {
  const text = JSON.stringify(shape)
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b)
  }
  return `${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}-${text.length}`
}

/** How many states are drawn. */
export function countOf(shape: ScopeShape): number {
  return shape.states.reduce(
    (sum, state) => sum + 1 + state.children.reduce((n, child) => n + countOf(child), 0),
    0,
  )
}
