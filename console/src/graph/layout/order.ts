import type dagre from '@dagrejs/dagre'

type CustomOrder = NonNullable<NonNullable<Parameters<typeof dagre.layout>[1]>['customOrder']>
type Graph = Parameters<CustomOrder>[0]

/** Puts the nodes of each rank in order. Walking in the order of the text often gives a picture that
 * no improvement is worth a second of work on: one without crossings. Otherwise dagre's way is taken. */
export const orderNodes: CustomOrder = (graph, improve) => {
  walkInOrder(graph)
  if (crosses(graph)) improve(graph)
}

const rankOf = (graph: Graph, id: string) => graph.node(id)?.rank ?? 0

function walkInOrder(graph: Graph): void {
  const ranks: number[] = []
  const seen = new Set<string>()
  const first = graph.nodes().sort((a, b) => rankOf(graph, a) - rankOf(graph, b))
  // A stack of its own: a chain may be longer than the engine's.
  const stack = first.reverse()
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const rank = rankOf(graph, id)
    const order = ranks[rank] ?? 0
    Object.assign(graph.node(id) ?? {}, { order })
    ranks[rank] = order + 1
    stack.push(...[...(graph.successors(id) ?? [])].reverse())
  }
}

/** Whether two edges between the same ranks cross. Sorted by one end, the others then fall somewhere. */
function crosses(graph: Graph): boolean {
  const byRank = new Map<number, [number, number][]>()
  for (const { v, w } of graph.edges()) {
    const ends: [number, number] = [graph.node(v)?.order ?? 0, graph.node(w)?.order ?? 0]
    const known = byRank.get(rankOf(graph, v))
    if (known) known.push(ends)
    else byRank.set(rankOf(graph, v), [ends])
  }
  return [...byRank.values()].some(ends => {
    ends.sort(([a, b], [c, d]) => a - c || b - d)
    return ends.some(([, to], i) => to < (ends[i - 1]?.[1] ?? 0))
  })
}
