import { useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { memo } from 'react'

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
