import { type OnMove, useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { StateId } from '~/asl/program'
import { MANY } from './far'
import type { Layout, Rect } from './layout/types'
import type { LaidOut } from './layout/useLayout'
import { useResized } from './useResized'

/** Nothing is shown smaller than this at first: then the top is shown instead of everything. */
const READABLE = 0.6
/** What is searched for is shown at least so large. */
const LEGIBLE = 0.8
const MARGIN = 32
export const ZOOM = { min: 0.02, max: 2 } as const

const still = () => typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches

/** Moves the camera by itself only as long as the user has not taken it. `anchor` names the state
 * that stays in its place when the structure changes. */
export function useCamera({ layout, hash }: LaidOut, anchor: () => StateId | undefined) {
  const { setViewport, getViewport } = useReactFlow()
  const api = useStoreApi()
  const measured = useStore(state => state.width > 0 && state.height > 0)
  const hold = useRef({ now: false, taken: false })
  const before = useRef<{ hash: string; layout: Layout } | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  /** What was shown last is everything, not one state that was searched for. */
  const all = useRef(true)

  const show = useCallback(
    (rect: Rect, limits: { min: number; max: number }, moved: boolean) => {
      const { width, height } = api.getState()
      if (!width || !height || rect.w <= 0) return
      const fits = Math.min((width - 2 * MARGIN) / rect.w, (height - 2 * MARGIN) / rect.h)
      const zoom = Math.min(Math.max(fits, limits.min), limits.max)
      const x = (width - rect.w * zoom) / 2 - rect.x * zoom
      // What is too high shows its top.
      const y =
        rect.h * zoom > height - 2 * MARGIN
          ? MARGIN - rect.y * zoom
          : (height - rect.h * zoom) / 2 - rect.y * zoom
      void setViewport({ x, y, zoom }, { duration: moved && !still() ? 150 : 0 })
    },
    [api, setViewport],
  )

  const whole = useCallback(
    (min: number, moved: boolean) => {
      all.current = true
      const rect = { x: 0, y: 0, w: layout.width, h: layout.height }
      if (min > ZOOM.min && layout.width > 0) {
        // At a readable size the start is what must be seen.
        const start = layout.markers.find(marker => marker.depth === 0)
        const { width } = api.getState()
        const room = (width - 2 * MARGIN) / min
        if (start && layout.width > room) {
          const x = Math.min(Math.max(start.x - room / 2, 0), layout.width - room)
          show({ ...rect, x, w: room }, { min, max: 1 }, moved)
          return
        }
      }
      show(rect, { min, max: 1 }, moved)
    },
    [layout, api, show],
  )

  useEffect(() => {
    if (!measured || hash === '' || before.current?.hash === hash) return
    const last = before.current
    before.current = { hash, layout }
    if (!last || last.layout.nodes.length === 0) {
      whole(READABLE, false)
      return
    }
    // An edit or a fold leaves the state that it is about where it was on the screen.
    const id = anchor()
    const [old, now] = [last.layout, layout].map(picture => picture.nodes.find(box => box.id === id))
    if (!old || !now) {
      if (id === undefined && !hold.current.taken) whole(READABLE, true)
      return
    }
    const { x, y, zoom } = getViewport()
    void setViewport({ x: x + (old.x - now.x) * zoom, y: y + (old.y - now.y) * zoom, zoom })
  }, [measured, hash, layout, whole, anchor, getViewport, setViewport])

  const seen = (box: Rect) => {
    const { width, height } = api.getState()
    const { x, y, zoom } = getViewport()
    const [left, top] = [box.x * zoom + x, box.y * zoom + y]
    return left < width && top < height && left + box.w * zoom > 0 && top + box.h * zoom > 0
  }
  useResized({
    showsAll: () => all.current && !hold.current.taken,
    showAll: () => whole(READABLE, false),
    visible: () => layout.nodes.some(seen),
    keepSelected() {
      const id = anchor()
      const box = layout.nodes.find(one => one.id === id)
      const { zoom } = getViewport()
      if (box && !hold.current.taken && !seen(box)) show(box, { min: zoom, max: zoom }, false)
    },
  })

  return useMemo(() => {
    // While it moves, the picture is a layer of its own, that need not be painted again.
    let start = { x: 0, y: 0, zoom: 1 }
    const onMoveStart: OnMove = (event, viewport) => {
      frame.current?.toggleAttribute('data-moving', true)
      if (!event) return
      hold.current.now = true
      start = viewport
    }
    const onMoveEnd: OnMove = (_, { x, y, zoom }) => {
      // A click is no move.
      if (hold.current.now && (x !== start.x || y !== start.y || zoom !== start.zoom))
        hold.current.taken = true
      hold.current.now = false
      frame.current?.removeAttribute('data-moving')
    }
    return {
      /** The element that knows of a move. */
      frame,
      /** The first picture has been shown. */
      ready: measured && hash !== '',
      onMoveStart,
      onMoveEnd,
      /** Everything, however small; the camera is free again. */
      fit() {
        hold.current.taken = false
        // On the way out everything would come into view, to be drawn for a frame or two.
        whole(ZOOM.min, layout.nodes.length < MANY)
      },
      /** Whether something may move by itself. */
      free: () => !hold.current.taken && !hold.current.now,
      /** Takes the least way that brings a box into view. */
      reveal(rect: Rect) {
        if (hold.current.now) return
        const { width, height } = api.getState()
        const { x, y, zoom: now } = getViewport()
        const zoom = Math.max(now, LEGIBLE)
        const inside = (value: number, size: number, room: number) =>
          value >= MARGIN && value + size <= room - MARGIN
        const [left, top] = [rect.x * zoom + x, rect.y * zoom + y]
        if (
          zoom === now &&
          inside(left, rect.w * zoom, width) &&
          inside(top, Math.min(rect.h, 120) * zoom, height)
        )
          return
        const next = {
          x: width / 2 - (rect.x + rect.w / 2) * zoom,
          y: height / 2 - (rect.y + Math.min(rect.h, 120) / 2) * zoom,
          zoom,
        }
        all.current = false
        void setViewport(next, { duration: still() ? 0 : 150 })
      },
    }
  }, [api, getViewport, setViewport, whole, measured, hash, layout])
}
