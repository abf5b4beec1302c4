import { type RefObject, useCallback, useEffect, useState } from 'react'
import type { View } from './scale'

/** The shortest stretch that fills the width, in seconds. */
const SHORTEST = 0.002

/** What is in view of `length` drawn seconds: all of it, until somebody zooms. */
export function useZoom(
  length: number,
  box: RefObject<HTMLElement | null>,
  plot: RefObject<HTMLElement | null>,
) {
  const [chosen, setChosen] = useState<View>()
  const whole = { from: 0, to: length * 1.02 }
  const view = chosen ?? whole
  const zoom = useCallback(
    (factor: number, around = 0.5) =>
      setChosen(before => {
        const now = before ?? { from: 0, to: length * 1.02 }
        const size = Math.max(SHORTEST, (now.to - now.from) * factor)
        if (size >= length * 1.02) return undefined
        const centre = now.from + (now.to - now.from) * around
        return kept({ from: centre - size * around, to: centre + size * (1 - around) }, length)
      }),
    [length],
  )
  const pan = useCallback(
    (part: number) =>
      setChosen(before => {
        if (!before) return before
        const by = (before.to - before.from) * part
        return kept({ from: before.from + by, to: before.to + by }, length)
      }),
    [length],
  )
  useEffect(() => {
    const element = box.current
    if (!element) return
    // Without passive listeners, so that the page does not zoom or go back as well.
    const onWheel = (event: WheelEvent) => {
      const area = plot.current?.getBoundingClientRect()
      if (!area) return
      const onAxis = (event.target as Element).closest('[data-axis]') !== null
      if (event.ctrlKey || event.metaKey || onAxis) {
        event.preventDefault()
        zoom(1.0018 ** event.deltaY, Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)))
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault()
        pan((event.deltaX || event.deltaY) / area.width)
      }
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [box, plot, zoom, pan])
  return { view, isZoomed: chosen !== undefined, zoom, pan, fit: () => setChosen(undefined) }
}

function kept(view: View, length: number): View {
  const size = view.to - view.from
  const from = Math.max(-size * 0.05, Math.min(view.from, length * 1.02 - size))
  return { from, to: from + size }
}
