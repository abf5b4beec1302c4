import { useStore, useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { pathOf } from './layout/pen'
import type { EdgePath, Layout, NodeBox, Point } from './layout/types'
import type { GraphNode } from './nodes/data'
import { isTaken } from './overlay'
import type { DiffMark } from './props'
import { STATUS } from './status'
import type { View } from './view'

/** Below this zoom no text can be read. */
const FAR = 0.35
/** Fewer boxes than this are drawn one by one at any zoom. */
export const MANY = 150

/** Whether the graph is so small on the screen, and so large, that shapes are drawn in its place.
 * `kept` are the nodes that stay. They are put in the library's store at once: with the page's next
 * properties they would come when all nodes had just been drawn, small. */
export function useFar(layout: Layout, kept: () => GraphNode[]): boolean {
  const api = useStoreApi()
  const large = layout.nodes.length >= MANY
  useEffect(() => {
    if (!large) return
    return api.subscribe((now, before) => {
      if (now.transform[2] < FAR && before.transform[2] >= FAR) now.setNodes(kept())
    })
  }, [api, large, kept])
  const small = useStore(state => state.transform[2] < FAR)
  return small && large
}

/** All that is drawn in one way. Widths are pixels of the screen: what is tiny still has its colour. */
export interface Shape {
  d: string
  stroke: string
  width: number
  fill?: string
}

export type Seen = Pick<View, 'overlay' | 'marks' | 'diff'>

const DIFF: Record<DiffMark, string> = {
  added: '--state-succeeded',
  removed: '--state-failed',
  changed: '--state-caught',
}

/** Boxes as rectangles and edges as lines, all of one look in one path; in the order of painting. */
export function farShapes(layout: Layout, seen: Seen): Shape[] {
  const containers = layout.nodes.filter(box => box.kind === 'container')
  const others = layout.nodes.filter(box => box.kind !== 'container')
  // A container stands before what is in it.
  const depths = [...new Set(containers.map(box => box.depth))].sort((a, b) => a - b)
  return [
    ...depths.flatMap(depth =>
      joined(
        containers.filter(box => box.depth === depth),
        box => boxShape(box, seen),
      ),
    ),
    ...joined(layout.edges, edge => edgeShape(edge, seen)).sort((a, b) => a.width - b.width),
    ...joined(others, box => boxShape(box, seen)),
  ]
}

function joined<T>(all: readonly T[], shapeOf: (one: T) => Shape): Shape[] {
  const found = new Map<string, Shape & { parts: string[] }>()
  for (const one of all) {
    const shape = shapeOf(one)
    const key = `${shape.stroke} ${shape.fill} ${shape.width}`
    const known = found.get(key)
    if (known) known.parts.push(shape.d)
    else found.set(key, { ...shape, parts: [shape.d] })
  }
  return [...found.values()].map(({ parts, ...shape }) => ({ ...shape, d: parts.join('') }))
}

function boxShape(box: NodeBox, { overlay, marks, diff }: Seen): Shape {
  const changed = diff?.get(box.id)
  const status = overlay && (overlay.states.get(box.id)?.status ?? 'notReached')
  const mark = marks?.get(box.id)
  const d = `M${Math.round(box.x)} ${Math.round(box.y)}h${Math.round(box.w)}v${Math.round(box.h)}h${-Math.round(box.w)}z`
  if (changed) return { d, stroke: DIFF[changed], fill: `${DIFF[changed]}-tint`, width: 1.5 }
  if (status && status !== 'notReached')
    return { d, stroke: STATUS[status].color, fill: STATUS[status].tint, width: 1.5 }
  if (box.kind === 'missing') return { d, stroke: '--state-failed', fill: '--surface', width: 1 }
  if (mark)
    return {
      d,
      stroke: mark === 'error' ? '--state-failed' : '--state-caught',
      fill: '--surface',
      width: 1.5,
    }
  return { d, stroke: '--line-strong', fill: status ? '--canvas' : '--surface', width: 1 }
}

function edgeShape(edge: EdgePath, { overlay }: Seen): Shape {
  const taken = overlay && isTaken(edge, overlay)
  // What shares a lane is drawn by the longest; a way that was taken is drawn whole.
  const points = taken || edge.joins === undefined ? edge.points : edge.points.slice(0, edge.joins + 1)
  const d = pathOf(points)
  if (taken) return { d, stroke: edge.kind === 'catch' ? '--state-caught' : '--text', width: 1.5 }
  return { d, stroke: '--line', width: 1 }
}

/** The innermost box at a place. */
export function boxAt(layout: Layout, { x, y }: Point): NodeBox | undefined {
  const at = layout.nodes.filter(box => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h)
  return at.reduce<NodeBox | undefined>((a, b) => (a && a.depth >= b.depth ? a : b), undefined)
}
