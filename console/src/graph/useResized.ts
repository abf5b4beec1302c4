import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'

/** How long sizes follow from a new window, or from panes that have just been put up. */
const SETTLING_MILLIS = 1000

/** Called when the window, and the picture with it, has another size: shows everything again, or
 * keeps what is in the middle there. Panes that open beside the picture leave it where it is. */
export function useResized(showsAll: () => boolean, showAll: () => void) {
  const { getViewport, setViewport } = useReactFlow()
  const width = useStore(state => state.width)
  const height = useStore(state => state.height)
  const last = useRef({ width, height })
  const until = useRef(0)
  useEffect(() => {
    const onResize = () => {
      until.current = performance.now() + SETTLING_MILLIS
    }
    onResize()
    window.addEventListener('resize', onResize)
    return () => window.removeEventListener('resize', onResize)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another size counts
  useEffect(() => {
    const before = last.current
    last.current = { width, height }
    if (performance.now() > until.current || !before.width || !before.height || !width || !height) return
    if (showsAll()) {
      showAll()
      return
    }
    const { x, y, zoom } = getViewport()
    void setViewport({ x: x + (width - before.width) / 2, y: y + (height - before.height) / 2, zoom })
  }, [width, height])
}
