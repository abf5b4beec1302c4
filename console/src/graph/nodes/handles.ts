import { type NodeHandle, Position } from '@xyflow/react'
import type { EdgeKind } from '../edges'
import type { NodeBox, Rect } from '../layout/types'

/** What may leave a state by a handle; the id of the handle is the kind of the edge. */
export function kindsOf(type: string): EdgeKind[] {
  if (type === '' || type === 'Succeed' || type === 'Fail') return []
  if (type === 'Choice') return ['choice', 'default']
  const own: EdgeKind[] = ['next']
  return type === 'Task' || type === 'Parallel' || type === 'Map' ? [...own, 'catch'] : own
}

export const PLACE: Partial<Record<EdgeKind, Position>> = {
  catch: Position.Right,
  default: Position.Right,
}

/** As large as graph.css makes a handle. */
const SIZE = 12
/** Where it puts the middle of a container's right handle. */
const SHOULDER = 28

/** Where the handles of a state are. The library would draw every node once to measure them: of a
 * thousand states those too that are out of view. */
export function handlesOf({ w, h, type, kind }: NodeBox): NodeHandle[] {
  if (kind === 'missing') return []
  const sources = kindsOf(type).map((id): NodeHandle => {
    const position = PLACE[id] ?? Position.Bottom
    const right = kind === 'container' && id === 'catch' ? SHOULDER : h / 2
    const middle = position === Position.Right ? { x: w, y: right } : { x: w / 2, y: h }
    const at = { x: middle.x - SIZE / 2, y: middle.y - SIZE / 2 }
    return { id, type: 'source', position, width: SIZE, height: SIZE, ...at }
  })
  return [targetOf({ w, h }), ...sources]
}

/** All of a node takes what is dragged to it. */
export function targetOf({ w, h }: Pick<Rect, 'w' | 'h'>): NodeHandle {
  return { type: 'target', position: Position.Top, x: 0, y: 0, width: w, height: h }
}
