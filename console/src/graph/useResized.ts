import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'

/** How long sizes go on following a window that has another size: panes share it in steps. */
const SETTLING_MILLIS = 1000

const windowSize = () => `${window.innerWidth}×${window.innerHeight}`

interface Picture {
  /** Everything was shown last, and the user has not moved the camera since. */
  showsAll: () => boolean
  showAll: () => void
  /** Whether anything of it can be seen. */
  visible: () => boolean
  /** Brings back what is selected, unless the user has moved the camera. */
  keepSelected: () => void
}

/** Follows the size of the graph's place. With another window everything is shown again, or what was
 * in the middle stays there; panes that open beside the picture leave it where it is. No size leaves
 * the place empty. */
export function useResized({ showsAll, showAll, visible, keepSelected }: Picture) {
  const { getViewport, setViewport } = useReactFlow()
  const width = useStore(state => state.width)
  const height = useStore(state => state.height)
  const last = useRef({ width, height, window: windowSize(), until: 0 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another size counts
  useEffect(() => {
    const before = last.current
    const now = windowSize()
    const until = now === before.window ? before.until : performance.now() + SETTLING_MILLIS
    last.current = { width, height, window: now, until }
    if (!before.width || !before.height || !width || !height) return
    if (performance.now() <= until) {
      if (showsAll()) {
        showAll()
        return
      }
      const { x, y, zoom } = getViewport()
      void setViewport({ x: x + (width - before.width) / 2, y: y + (height - before.height) / 2, zoom })
      keepSelected()
    }
    if (!visible()) showAll()
  }, [width, height])
}
