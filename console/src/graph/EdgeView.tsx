import { Plus } from 'lucide-react'
import { type DragEvent, memo, useState } from 'react'
import { arrowOf, middleOf, pathOf, piecesOf } from './layout/pen'
import type { EdgePath } from './layout/types'
import { isTaken } from './overlay'
import { ITEM_MIME } from './props'
import { useView, useViewStore } from './view'

/** How an edge is seen: plain without an execution, otherwise taken or not. */
function useEdgeState(edge: EdgePath) {
  const way = useView(view => (view.overlay ? (isTaken(edge, view.overlay) ? 'taken' : 'untaken') : 'plain'))
  const selected = useView(view => view.selectedEdge === edge.key)
  const touched = useView(view => view.selection === edge.from || view.selection === edge.to)
  return {
    'data-way': way,
    'data-kind': edge.kind,
    'data-selected': selected || undefined,
    'data-touched': touched || undefined,
  }
}

/** One edge: its line, its head, its label. It is no stop of the keyboard; the states are. */
export const EdgeView = memo(function EdgeView({ edge }: { edge: EdgePath }) {
  const state = useEdgeState(edge)
  const store = useViewStore()
  const editable = useView(view => view.editable)
  const [over, setOver] = useState(false)
  // An edge that stands out is drawn whole; others may leave the shared lane to the longest.
  const own =
    edge.joins === undefined ||
    state['data-way'] === 'taken' ||
    state['data-touched'] ||
    state['data-selected']
  // Drawn from the target, so that the dashes of edges on one lane lie on each other.
  const points = [...edge.points].reverse()
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(ITEM_MIME)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      event.stopPropagation()
      setOver(false)
      store.get().props.onDropOnEdge?.(edge, event.dataTransfer.getData(ITEM_MIME))
    },
  }
  return (
    <g
      className="sg-edge"
      {...state}
      data-over={over || undefined}
      data-testid="graph-edge"
      data-edge-key={edge.key}
    >
      {editable && (
        // biome-ignore lint/a11y/noStaticElementInteractions: a pointer's shortcut; the keyboard inserts from the states
        <path
          className="sg-hit nopan"
          d={pathOf(points)}
          {...drop}
          onClick={event => {
            event.stopPropagation()
            // So that the keys of the graph work on what was just selected.
            event.currentTarget.closest<HTMLElement>('.sg')?.focus({ preventScroll: true })
            store.get().props.onSelectEdge?.(edge)
          }}
        />
      )}
      {piecesOf(own ? points : points.slice(points.length - 1 - (edge.joins ?? 0))).map(d => (
        <path key={d} className="sg-line" d={d} />
      ))}
      {own && <path className="sg-head" d={arrowOf(edge.points)} />}
      {edge.label && <EdgeLabel edge={edge} />}
      {editable && <Insert edge={edge} drop={drop} />}
    </g>
  )
})

function EdgeLabel({ edge }: { edge: EdgePath }) {
  const { labelAt, labelSize } = edge
  return (
    <g className="sg-label">
      <title>{edge.title}</title>
      <rect
        x={labelAt.x - labelSize.w / 2}
        y={labelAt.y - labelSize.h / 2}
        width={labelSize.w}
        height={labelSize.h}
        rx={5}
      />
      <text x={labelAt.x} y={labelAt.y + 4} textAnchor="middle">
        {edge.label}
      </text>
    </g>
  )
}

/** The `+` of an edge: seen when the pointer is near, or while something is dragged. */
function Insert({ edge, drop }: { edge: EdgePath; drop: object }) {
  const store = useViewStore()
  const at = insertAt(edge)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button of HTML cannot stand in an SVG
    <g
      className="sg-insert nopan"
      role="button"
      tabIndex={-1}
      aria-label="Insert a state here"
      data-testid="graph-insert"
      transform={`translate(${at.x} ${at.y})`}
      {...drop}
      onClick={event => {
        event.stopPropagation()
        store.get().props.onEdgeAction?.(edge, event.currentTarget)
      }}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        store.get().props.onEdgeAction?.(edge, event.currentTarget)
      }}
    >
      <circle className="sg-insert-reach" r={22} />
      <circle className="sg-insert-disc" r={10} />
      <Plus x={-7} y={-7} size={14} aria-hidden="true" />
    </g>
  )
}

/** Beside the label, not over it. */
function insertAt(edge: EdgePath) {
  if (!edge.label) return middleOf(edge.points)
  return { x: edge.labelAt.x + edge.labelSize.w / 2 + 14, y: edge.labelAt.y }
}
