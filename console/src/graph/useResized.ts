import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'

/** Called when the window, and the picture with it, has another size: shows everything again, or
 * keeps what is in the middle there. Panes that open beside the picture leave it where it is. */
export function useResized(showsAll: () => boolean, showAll: () => void) {
  const { getViewport, setViewport } = useReactFlow()
  const width = useStore(state => state.width)
  const height = useStore(state => state.height)
  const last = useRef({ width, height })
  const due = useRef(false)
  useEffect(() => {
    const onResize = () => {
      due.current = true
    }
    window.addEventListener('resize', onResize)
    return () => window.removeEventListener('resize', onResize)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another size counts
  useEffect(() => {
    const before = last.current
    last.current = { width, height }
    if (!due.current || !before.width || !before.height || !width || !height) return
    due.current = false
    if (showsAll()) {
      showAll()
      return
    }
    const { x, y, zoom } = getViewport()
    void setViewport({ x: x + (width - before.width) / 2, y: y + (height - before.height) / 2, zoom })
  }, [width, height])
}
