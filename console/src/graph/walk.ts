import type { Layout, NodeBox } from './layout/types'

export type Direction = 'down' | 'up' | 'left' | 'right'

/** Where the keyboard goes from a state. Down and up follow the edges, and lead into and out of
 * containers: their title stands above what is in them. Left and right go to what stands beside,
 * in the same scope or in the lane beside it. */
export function walk(layout: Layout, from: string, direction: Direction): string | undefined {
  const node = layout.nodes.find(box => box.id === from)
  if (!node) return firstOf(layout, '')
  if (direction === 'down') return below(layout, node)
  if (direction === 'up') return above(layout, node)
  return beside(layout, node, direction === 'right' ? 1 : -1)
}

/** The state that a scope starts at, or its first. */
export function firstOf(layout: Layout, scope: string): string | undefined {
  const start = layout.edges.find(edge => edge.scope === scope && edge.kind === 'start')
  if (start && layout.nodes.some(box => box.id === start.to)) return start.to
  return layout.nodes.find(box => box.scope === scope)?.id
}

const find = (layout: Layout, id: string) => layout.nodes.find(box => box.id === id)
const lanesOf = (layout: Layout, id: string) => layout.scopes.filter(scope => scope.parent === id)

function below(layout: Layout, node: NodeBox): string | undefined {
  for (const lane of lanesOf(layout, node.id)) {
    const first = firstOf(layout, lane.id)
    if (first) return first
  }
  return after(layout, node)
}

function after(layout: Layout, node: NodeBox): string | undefined {
  const out = layout.edges.filter(edge => edge.from === node.id && find(layout, edge.to))
  const next = out.find(edge => !edge.back) ?? out[0]
  if (next) return next.to
  const parent = node.parent !== undefined ? find(layout, node.parent) : undefined
  return parent && after(layout, parent)
}

function above(layout: Layout, node: NodeBox): string | undefined {
  const into = layout.edges.filter(edge => edge.to === node.id && edge.from !== node.id)
  const before = into.find(edge => !edge.back && find(layout, edge.from))
  if (before && !into.some(edge => edge.kind === 'start')) return before.from
  return node.parent ?? before?.from
}

function beside(layout: Layout, node: NodeBox, sign: 1 | -1): string | undefined {
  const ahead = (box: NodeBox) => (box.x + box.w / 2 - node.x - node.w / 2) * sign > 1
  const level = (box: NodeBox) => box.y < node.y + node.h && node.y < box.y + box.h
  const sibling = nearest(
    node,
    layout.nodes.filter(box => box.scope === node.scope && ahead(box) && level(box)),
  )
  if (sibling) return sibling
  const lanes = node.parent === undefined ? [] : lanesOf(layout, node.parent)
  const at = lanes.findIndex(lane => lane.id === node.scope)
  const lane = lanes[at + sign]
  return (
    lane &&
    nearest(
      node,
      layout.nodes.filter(box => box.scope === lane.id),
    )
  )
}

function nearest(node: NodeBox, boxes: NodeBox[]): string | undefined {
  const away = (box: NodeBox) => Math.abs(box.x - node.x) + 2 * Math.abs(box.y - node.y)
  return boxes.reduce<NodeBox | undefined>(
    (best, box) => (best && away(best) <= away(box) ? best : box),
    undefined,
  )?.id
}
