import { type DragEvent, type MouseEvent, useEffect, useRef } from 'react'
import type { NodeBox } from '../layout/types'
import { spoken } from '../overlay'
import { ITEM_MIME } from '../props'
import { useView, useViewStore } from '../view'

/** What plain and container nodes have in common: their place in the view, their accessible name,
 * and what clicks and drops do. */
export function useStateNode(box: NodeBox) {
  const store = useViewStore()
  const { id } = box
  const overlay = useView(view => view.overlay?.states.get(id))
  const judged = useView(view => view.overlay !== undefined)
  const selected = useView(view => view.selection === id)
  const mark = useView(view => view.marks?.get(id))
  const diff = useView(view => view.diff?.get(id))
  const editable = useView(view => view.editable)
  const wish = useView(view => (view.focus === id ? view.focusWish : 0))
  const ref = useRef<HTMLDivElement>(null)
  // The node may have been drawn only now, because the camera came here.
  useEffect(() => {
    if (wish > 0) ref.current?.focus({ preventScroll: true })
  }, [wish])

  const accepts = (event: DragEvent) => editable && event.dataTransfer.types.includes(ITEM_MIME)
  const said = [mark && `has ${mark === 'error' ? 'an error' : 'a warning'}`, diff].filter(Boolean).join(', ')
  const status = overlay?.status ?? (judged ? 'notReached' : undefined)
  const props = {
    ref,
    role: 'button',
    tabIndex: -1,
    'aria-pressed': selected,
    'aria-label': spoken(box.name, box.type, overlay, said || undefined),
    'data-testid': 'graph-state',
    'data-state-id': id,
    'data-status': status,
    'data-mark': mark,
    'data-diff': diff,
    'data-selected': selected || undefined,
    onFocus: () => store.get().focus !== id && store.get().setFocus(id),
    onClick: (event: MouseEvent<HTMLElement>) => {
      event.stopPropagation()
      event.currentTarget.focus({ preventScroll: true })
      store.get().setFocus(id)
      store.get().props.onSelect?.(id)
    },
    onDoubleClick: () => store.get().props.onOpen?.(id),
    onDragOver: (event: DragEvent) => {
      if (accepts(event) && store.get().props.onDropOnNode) event.preventDefault()
    },
    onDrop: (event: DragEvent) => {
      if (!accepts(event)) return
      event.preventDefault()
      event.stopPropagation()
      store.get().props.onDropOnNode?.(id, event.dataTransfer.getData(ITEM_MIME))
    },
  }
  return { props, overlay, status, selected, mark, editable }
}
