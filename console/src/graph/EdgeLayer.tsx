import { useStore, ViewportPortal } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { EdgeView } from './EdgeView'
import type { EdgePath, Layout, Rect } from './layout/types'
import { isTaken } from './overlay'
import { useView } from './view'

/** Edges are drawn for what is in view, rounded to squares of this size: so a pan redraws seldom. */
const SQUARE = 600

/** All edges in one drawing between the containers and the states. Edges of the library would each
 * watch the camera; these lie still, and the browser moves them. */
export const EdgeLayer = memo(function EdgeLayer({ layout }: { layout: Layout }) {
  const editable = useView(view => view.editable)
  const boxes = useMemo(() => layout.edges.map(edge => ({ edge, box: boundsOf(edge) })), [layout])
  const view = useStore(({ transform: [x, y, zoom], width, height }) => {
    if (!width || !height) return ''
    const low = (value: number) => Math.floor(value / SQUARE) * SQUARE
    const high = (value: number) => Math.ceil(value / SQUARE) * SQUARE
    return [low(-x / zoom), low(-y / zoom), high((width - x) / zoom), high((height - y) / zoom)].join(' ')
  })
  const seen = useMemo(() => {
    const [x1, y1, x2, y2] = view.split(' ').map(Number)
    if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return boxes
    return boxes.filter(({ box }) => box.x < x2 && box.x + box.w > x1 && box.y < y2 && box.y + box.h > y1)
  }, [boxes, view])
  const overlay = useView(view => view.overlay)
  // Taken edges are drawn last: where many edges share a lane, they lie on top.
  const ordered = useMemo(() => {
    if (!overlay) return seen
    const taken = seen.map(({ edge }) => isTaken(edge, overlay))
    return [...seen.filter((_, i) => !taken[i]), ...seen.filter((_, i) => taken[i])]
  }, [seen, overlay])
  return (
    <ViewportPortal>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: lines between states that have names of their own */}
      <svg
        className="sg-edges"
        width={Math.max(layout.width, 1)}
        height={Math.max(layout.height, 1)}
        aria-hidden={!editable}
      >
        {ordered.map(({ edge }) => (
          <EdgeView key={edge.key} edge={edge} />
        ))}
      </svg>
    </ViewportPortal>
  )
})

function boundsOf(edge: EdgePath): Rect {
  const half = edge.labelSize.w / 2
  const xs = [...edge.points.map(p => p.x), edge.labelAt.x - half, edge.labelAt.x + half]
  const ys = [...edge.points.map(p => p.y), edge.labelAt.y]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, w: Math.max(...xs) - x + 1, h: Math.max(...ys) - y + 1 }
}
