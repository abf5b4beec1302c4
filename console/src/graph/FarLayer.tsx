import { useStore, ViewportPortal } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { farShapes } from './far'
import type { Layout } from './layout/types'
import { useView } from './view'

/** A large graph from far away: shapes in the colours of the states, a handful of paths. A thousand
 * nodes whose text nobody can read would hold up every frame. */
export const FarLayer = memo(function FarLayer({ layout }: { layout: Layout }) {
  const overlay = useView(view => view.overlay)
  const marks = useView(view => view.marks)
  const diff = useView(view => view.diff)
  const selection = useView(view => view.selection)
  const shapes = useMemo(() => farShapes(layout, { overlay, marks, diff }), [layout, overlay, marks, diff])
  // In steps, so that not every turn of the wheel draws anew.
  const scale = useStore(state => 2 ** -Math.round(Math.log2(state.transform[2])))
  const chosen = layout.nodes.find(box => box.id === selection)
  return (
    <ViewportPortal>
      <svg
        className="sg-far"
        width={Math.max(layout.width, 1)}
        height={Math.max(layout.height, 1)}
        aria-hidden="true"
        data-testid="graph-far"
      >
        {shapes.map(({ d, stroke, fill, width }) => (
          <path
            key={`${stroke} ${fill} ${width} ${d.length}`}
            d={d}
            stroke={`var(${stroke})`}
            strokeWidth={width * scale}
            fill={fill ? `var(${fill})` : 'none'}
          />
        ))}
        {chosen && (
          <rect
            x={chosen.x}
            y={chosen.y}
            width={chosen.w}
            height={chosen.h}
            fill="none"
            stroke="var(--ink)"
            strokeWidth={3 * scale}
          />
        )}
      </svg>
    </ViewportPortal>
  )
})
