import { MiniMap, useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { memo } from 'react'
import { STATUS } from './status'
import { useView } from './view'

/** Zoom and fit. On touch screens the targets are 44 px. */
export const Controls = memo(function Controls({ onFit }: { onFit(): void }) {
  const { zoomIn, zoomOut } = useReactFlow()
  const percent = useStore(state => Math.round(state.transform[2] * 100))
  return (
    <div className="sg-controls nopan" role="toolbar" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void zoomOut()}>
        <Minus size={16} aria-hidden="true" />
      </button>
      <span className="sg-zoom">{percent} %</span>
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => void zoomIn()}>
        <Plus size={16} aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label="Show everything"
        title="Show everything"
        data-testid="graph-fit"
        onClick={onFit}
      >
        <Maximize size={15} aria-hidden="true" />
      </button>
    </div>
  )
})

interface SpotProps {
  id: string
  x: number
  y: number
  width: number
  height: number
}

function Spot({ id, x, y, width, height }: SpotProps) {
  const status = useView(view => view.overlay?.states.get(id)?.status)
  const box = useView(view => view.selection === id)
  const fill = status ? `var(${STATUS[status].color})` : 'var(--line-strong, var(--muted))'
  return (
    <rect className="sg-spot" data-selected={box || undefined} {...{ x, y, width, height, fill }} rx={8} />
  )
}

/** As tall or as wide as what it shows. */
export function Overview({ tall }: { tall: boolean }) {
  const style = tall ? { width: 120, height: 220 } : { width: 200, height: 150 }
  return (
    <MiniMap
      pannable
      zoomable
      nodeComponent={Spot}
      ariaLabel="Overview"
      style={style}
      className="sg-overview"
      position="bottom-left"
    />
  )
}
