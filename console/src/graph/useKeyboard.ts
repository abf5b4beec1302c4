import type { KeyboardEvent } from 'react'
import type { Layout } from './layout/types'
import type { ViewStore } from './view'
import { type Direction, firstOf, walk } from './walk'

const ARROWS: Record<string, Direction> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

export interface Keyboard {
  layout: Layout
  store: ViewStore
  /** Moves focus and camera to a state. */
  go(id: string): void
}

/** The keys of the canvas: arrows walk, Enter selects and opens, Space folds, `/` and `A` insert. */
export function onGraphKey(event: KeyboardEvent, { layout, store, go }: Keyboard): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const inside = (event.target as Element).closest('button, input, textarea, select, [role=toolbar]')
  if (inside) return
  if (handle(event, layout, store, go)) {
    event.preventDefault()
    event.stopPropagation()
  }
}

function handle(event: KeyboardEvent, layout: Layout, store: ViewStore, go: (id: string) => void): boolean {
  const view = store.get()
  const at = view.focus
  const direction = ARROWS[event.key]
  if (direction) {
    const to = at === undefined ? firstOf(layout, '') : walk(layout, at, direction)
    if (to !== undefined) go(to)
    return true
  }
  switch (event.key) {
    case 'Home': {
      const first = firstOf(layout, '')
      if (first !== undefined) go(first)
      return true
    }
    case 'Enter':
      if (at === undefined) return false
      if (view.selection === at) view.props.onOpen?.(at)
      else view.props.onSelect?.(at)
      return true
    case ' ':
      if (!layout.nodes.some(box => box.id === at && box.kind !== 'state' && box.kind !== 'missing'))
        return false
      if (at !== undefined) view.toggle(at)
      return true
    case 'Escape':
      if (view.selection === undefined && view.selectedEdge === undefined) return false
      view.props.onSelect?.(undefined)
      view.props.onSelectEdge?.(undefined)
      return true
    case '/':
    case 'a':
    case 'A':
      return insert(event, layout, store)
    default:
      return false
  }
}

/** Inserts on the selected edge, or on the first way on from where the keyboard stands. */
function insert(event: KeyboardEvent, layout: Layout, store: ViewStore): boolean {
  const { editable, selectedEdge, focus, props } = store.get()
  if (!editable || !props.onInsertRequest) return false
  const edge =
    layout.edges.find(e => e.key === selectedEdge) ??
    layout.edges.find(e => e.from === focus && e.kind !== 'catch') ??
    layout.edges.find(e => e.to === focus) ??
    (layout.nodes.length === 0 ? layout.edges[0] : undefined)
  if (!edge) return false
  props.onInsertRequest(edge, event.target as Element)
  return true
}
