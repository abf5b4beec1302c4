import type { GraphEdge } from '../edges'

/** How an edge lies in the flow: how many ranks it spans, and whether it closes a loop. */
export interface Span {
  ranks: number
  back: boolean
}

/** Marks the edges that lead back to a node on the way to them, walking from `ids` in order. */
function backEdges(ids: string[], edges: GraphEdge[]): Set<string> {
  const out = new Map<string, GraphEdge[]>(ids.map(id => [id, []]))
  for (const edge of edges) out.get(edge.from)?.push(edge)
  const back = new Set<string>()
  const open = new Set<string>()
  const done = new Set<string>()
  for (const root of ids) {
    if (done.has(root)) continue
    const stack = [{ id: root, at: 0 }]
    open.add(root)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = out.get(top.id)?.[top.at++]
      if (!edge) {
        open.delete(top.id)
        done.add(top.id)
        stack.pop()
      } else if (open.has(edge.to)) back.add(edge.key)
      else if (!done.has(edge.to)) {
        open.add(edge.to)
        stack.push({ id: edge.to, at: 0 })
      }
    }
  }
  return back
}

/** The span of every edge when each node stands as high as its predecessors allow. So every node
 * but the first ones has an edge of span 1, and dropping the long ones keeps the graph whole. */
export function spansOf(ids: string[], edges: GraphEdge[]): Map<string, Span> {
  const back = backEdges(ids, edges)
  const waits = new Map<string, number>(ids.map(id => [id, 0]))
  const out = new Map<string, GraphEdge[]>(ids.map(id => [id, []]))
  for (const edge of edges) {
    if (back.has(edge.key)) continue
    waits.set(edge.to, (waits.get(edge.to) ?? 0) + 1)
    out.get(edge.from)?.push(edge)
  }
  const rank = new Map<string, number>(ids.map(id => [id, 0]))
  const ready = ids.filter(id => waits.get(id) === 0)
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const edge of out.get(id) ?? []) {
      rank.set(edge.to, Math.max(rank.get(edge.to) ?? 0, (rank.get(id) ?? 0) + 1))
      const left = (waits.get(edge.to) ?? 0) - 1
      waits.set(edge.to, left)
      if (left === 0) ready.push(edge.to)
    }
  }
  const span = (edge: GraphEdge): Span => {
    const ranks = Math.abs((rank.get(edge.to) ?? 0) - (rank.get(edge.from) ?? 0))
    return { ranks, back: back.has(edge.key) }
  }
  return new Map(edges.map(edge => [edge.key, span(edge)]))
}
