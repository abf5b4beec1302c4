import dagre from '@dagrejs/dagre'
import { expect, test, vi } from 'vitest'
import { orderNodes } from './order'

/** Ranks of nodes with edges between them, as they are once dagre has put a dummy on each rank. */
function ordered(ranks: string[][], ...edges: [string, string][]) {
  const graph = new dagre.graphlib.Graph()
  for (const [rank, ids] of ranks.entries()) for (const id of ids) graph.setNode(id, { rank })
  for (const [from, to] of edges) graph.setEdge(from, to, {})
  const improve = vi.fn()
  orderNodes(graph as Parameters<typeof orderNodes>[0], improve)
  const order = (id: string) => (graph.node(id) as { order: number }).order
  return {
    rows: ranks.map(ids => [...ids].sort((a, b) => order(a) - order(b)).join('')),
    improved: improve.mock.calls.length > 0,
  }
}

test('without crossings the order is that of the text, and nothing is improved', () => {
  const ways: [string, string][] = [
    ['a', 'b'],
    ['a', 'c'],
    ['c', 'd'],
    ['b', 'e'],
  ]
  // `d` stands before `e`, but `b` before `c`.
  expect(ordered([['a'], ['b', 'c'], ['d', 'e']], ...ways)).toEqual({
    rows: ['a', 'bc', 'ed'],
    improved: false,
  })
})

test('what crosses is improved', () => {
  const ways: [string, string][] = [
    ['a', 'c'],
    ['a', 'd'],
    ['b', 'c'],
    ['b', 'd'],
  ]
  expect(
    ordered(
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      ...ways,
    ).improved,
  ).toBe(true)
})
