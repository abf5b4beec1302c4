import type { Edge } from '~/asl/edges'
import type { GraphEdge } from '~/graph'

/** The place of the text that an edge of the picture stands for. An end is what a `Next` would replace. */
export function edgeOf(edge: GraphEdge): Edge {
  const { kind, from, index, scope } = edge
  if (kind === 'choice' || kind === 'catch') return { kind, from, index }
  if (kind === 'default') return { kind, from }
  if (kind === 'start' || from.startsWith('start:')) return { kind: 'start', scope }
  return { kind: 'next', from }
}
