import type { Node } from '@xyflow/react'
import type { Program } from '~/asl/program'
import type { Layout, Marker, NodeBox, Rect, ScopeBox } from '../layout/types'
import { type Description, present } from '../present'
import { handlesOf, targetOf } from './handles'

interface LaneData extends Rect {
  id: string
  empty: boolean
}

/** What a node knows by itself; the rest comes from the view. */
export interface BoxData extends Record<string, unknown> {
  box: NodeBox
  description: Description
  /** Relative to the container. */
  lanes: LaneData[]
}

export interface MarkerData extends Record<string, unknown> {
  marker: Marker
}

export type GraphNode = Node<BoxData, 'state' | 'container' | 'missing'> | Node<MarkerData, 'marker'>

const PLAIN: Description = { glyph: 'unknown', detail: '' }

/** Above containers lie edges (z 1000), above these the states. */
const Z = { container: 0, state: 1001 } as const

/** The nodes of a layout. An unchanged node stays the same object, so nothing draws it again. */
export function nodesOf(layout: Layout, program: Program, known: Map<string, GraphNode>): GraphNode[] {
  const lanes = new Map<string, ScopeBox[]>()
  for (const scope of layout.scopes) lanes.set(scope.parent, [...(lanes.get(scope.parent) ?? []), scope])
  const boxes = layout.nodes.map((box): GraphNode => {
    const state = program.states.get(box.id)
    const own = (lanes.get(box.id) ?? []).map(({ id, x, y, w, h, empty }) => {
      return { id, x: x - box.x, y: y - box.y, w, h, empty }
    })
    const type = box.kind === 'container' ? 'container' : box.kind === 'missing' ? 'missing' : 'state'
    const data: BoxData = { box, description: state ? present(state) : PLAIN, lanes: own }
    const handles = handlesOf(box)
    return {
      ...base(box),
      handles,
      type,
      data,
      zIndex: type === 'container' ? Z.container + box.depth : Z.state,
    }
  })
  const markers = layout.markers.map((marker): GraphNode => {
    const handles = marker.kind === 'end' ? [targetOf(marker)] : []
    return { ...base(marker), handles, type: 'marker', data: { marker }, zIndex: Z.state }
  })
  const nodes = [...boxes, ...markers].map(node => {
    const before = known.get(node.id)
    return before && JSON.stringify(before) === JSON.stringify(node) ? before : node
  })
  known.clear()
  for (const node of nodes) known.set(node.id, node)
  return nodes
}

function base({ id, x, y, w, h }: Rect & { id: string }) {
  return { id, position: { x, y }, width: w, height: h, measured: { width: w, height: h }, draggable: false }
}
