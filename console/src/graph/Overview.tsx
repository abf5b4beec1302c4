import { useReactFlow, useStore } from '@xyflow/react'
import { memo, type PointerEvent, useMemo, useRef } from 'react'
import type { Layout, NodeBox, Rect } from './layout/types'
import { STATUS } from './status'
import { useView } from './view'

/** As much room as the overview takes, tall or wide as what it shows. */
const TALL = { w: 112, h: 208 }
const WIDE = { w: 200, h: 144 }

/** The whole graph in a corner. All states of one colour are one shape, and the frame that follows
 * the camera lies in a drawing of its own: a pan repaints nothing but that. */
export const Overview = memo(function Overview({ layout }: { layout: Layout }) {
  const room = layout.height > layout.width ? TALL : WIDE
  const scale = Math.min(room.w / layout.width, room.h / layout.height)
  const { setCenter, getZoom } = useReactFlow()
  const held = useRef(false)
  const go = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    const x = layout.width / 2 + (event.clientX - box.left - box.width / 2) / scale
    const y = layout.height / 2 + (event.clientY - box.top - box.height / 2) / scale
    void setCenter(x, y, { zoom: getZoom() })
  }
  return (
    <div
      className="sg-overview nopan nowheel"
      style={{ width: room.w, height: room.h }}
      aria-hidden="true"
      data-testid="graph-overview"
      onPointerDown={event => {
        held.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={event => held.current && go(event)}
      onPointerUp={() => {
        held.current = false
      }}
      onPointerCancel={() => {
        held.current = false
      }}
    >
      <Shapes layout={layout} room={room} scale={scale} />
      <Frame layout={layout} room={room} scale={scale} />
    </div>
  )
})

interface PartProps {
  layout: Layout
  room: { w: number; h: number }
  scale: number
}

/** The drawing's corner in the middle of the room. */
function originOf({ layout, room, scale }: PartProps) {
  return { x: (room.w - layout.width * scale) / 2, y: (room.h - layout.height * scale) / 2 }
}

const Shapes = memo(function Shapes(props: PartProps) {
  const { layout, room, scale } = props
  const overlay = useView(view => view.overlay)
  const selection = useView(view => view.selection)
  const shapes = useMemo(() => {
    const byColor = new Map<string, string[]>()
    for (const box of layout.nodes) {
      if (box.kind === 'container') continue
      const status = overlay?.states.get(box.id)?.status
      const color = status ? STATUS[status].color : '--line-strong'
      byColor.set(color, [...(byColor.get(color) ?? []), spot(box, scale)])
    }
    return [...byColor].map(([color, spots]) => ({ color, d: spots.join('') }))
  }, [layout, overlay, scale])
  const { x, y } = originOf(props)
  const chosen = layout.nodes.find(box => box.id === selection)
  return (
    <svg width={room.w} height={room.h} aria-hidden="true">
      <g transform={`translate(${x} ${y})`}>
        {shapes.map(({ color, d }) => (
          <path key={color} d={d} fill={`var(${color})`} />
        ))}
        {chosen && <path className="sg-overview-chosen" d={spot(chosen, scale)} />}
      </g>
    </svg>
  )
})

/** A rectangle, never so small that it is not seen. */
function spot(box: NodeBox, scale: number): string {
  const [w, h] = [Math.max(box.w * scale, 1.5), Math.max(box.h * scale, 1)]
  const n = (value: number) => Math.round(value * 10) / 10
  return `M${n(box.x * scale)} ${n(box.y * scale)}h${n(w)}v${n(h)}h${n(-w)}z`
}

function Frame(props: PartProps) {
  const { scale } = props
  const view = useStore(
    ({ transform: [x, y, zoom], width, height }): Rect => {
      return { x: -x / zoom, y: -y / zoom, w: width / zoom, h: height / zoom }
    },
    (a, b) => a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h,
  )
  const { x, y } = originOf(props)
  const transform = `translate(${x + view.x * scale}px, ${y + view.y * scale}px)`
  return (
    <div className="sg-overview-frame" style={{ width: view.w * scale, height: view.h * scale, transform }} />
  )
}
