import { useLayoutEffect, useState } from 'react'
import type { StateId } from '~/asl/program'
import type { FlowGraphProps } from './props'
import { createViewStore, type View, type ViewStore } from './view'

const partOf = (props: FlowGraphProps) => ({
  overlay: props.overlay,
  selection: props.selection,
  selectedEdge: props.selectedEdge,
  marks: props.marks,
  diff: props.diff,
  editable: props.editable ?? false,
  props,
})

/** Keeps the view's store in step with the properties, before the browser paints. */
export function useViewOf(props: FlowGraphProps, toggle: (id: StateId) => void): ViewStore {
  const [store] = useState<ViewStore>(() => {
    const first: View = {
      ...partOf(props),
      focusWish: 0,
      toggle,
      setFocus: id => store.set({ focus: id, focusWish: 0 }),
    }
    const store = createViewStore(first)
    return store
  })
  useLayoutEffect(() => {
    const moved = props.selection !== undefined && props.selection !== store.get().selection
    store.set({ ...partOf(props), toggle, ...(moved ? { focus: props.selection, focusWish: 0 } : {}) })
  })
  return store
}
