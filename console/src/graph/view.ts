import { createContext, use, useRef, useSyncExternalStore } from 'react'
import type { StateId } from '~/asl/program'
import type { Overlay } from './overlay'
import type { DiffMark, FlowGraphProps, Mark } from './props'

/** What the drawn parts read beside their own box. It lies outside of the node objects, so that a
 * live execution touches only the parts that changed, not the whole graph. */
export interface View {
  overlay?: Overlay
  selection?: StateId
  selectedEdge?: string
  marks?: ReadonlyMap<StateId, Mark>
  diff?: ReadonlyMap<StateId, DiffMark>
  editable: boolean
  /** The node that the keyboard stands on. */
  focus?: StateId
  /** Counted up at each wish to move the DOM's focus there; 0 when nobody wishes it, so that what is
   * selected elsewhere takes no focus from there. */
  focusWish: number
  props: FlowGraphProps
  toggle(id: StateId): void
  setFocus(id: StateId): void
}

export interface ViewStore {
  get(): View
  set(change: Partial<View>): void
  subscribe(listener: () => void): () => void
}

export function createViewStore(first: View): ViewStore {
  let view = first
  const listeners = new Set<() => void>()
  return {
    get: () => view,
    set(change) {
      view = { ...view, ...change }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const ViewContext = createContext<ViewStore | null>(null)

export function useViewStore(): ViewStore {
  const store = use(ViewContext)
  if (!store) throw new Error('A part of the graph is drawn outside of FlowGraph.')
  return store
}

const plain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Equal by value, where the values are plain; maps and sets are compared by identity. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!plain(a) || !plain(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every(key => same(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

/** Reads a part of the view. A part that is equal by value does not draw anything anew. */
export function useView<T>(select: (view: View) => T): T {
  const store = useViewStore()
  const last = useRef<{ value: T } | null>(null)
  const read = () => {
    const value = select(store.get())
    if (last.current && same(last.current.value, value)) return last.current.value
    last.current = { value }
    return value
  }
  return useSyncExternalStore(store.subscribe, read, read)
}
