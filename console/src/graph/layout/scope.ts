import dagre from '@dagrejs/dagre'
import type { EdgeKind, GraphEdge } from '../edges'
import { Clearance } from './clearance'
import { orderNodes } from './order'
import { type Span, spansOf } from './ranks'
import { type Band, type Bands, type Placed, type Route, routeLane, routeLoop, routeRanks } from './route'
import { GAP, LABEL, labelWidth } from './sizes'
import type { Point, Rect } from './types'

export interface Item {
  id: string
  w: number
  h: number
}

interface RoutedEdge {
  edge: GraphEdge
  points: Point[]
  labelAt?: Point
  joins?: number
  back: boolean
}

export interface ScopeResult {
  w: number
  h: number
  boxes: Map<string, Rect>
  edges: RoutedEdge[]
}

/** How straight an edge wants to be: the main flow most. */
const WEIGHT: Record<EdgeKind, number> = { start: 6, next: 4, end: 2, default: 2, choice: 2, catch: 1 }

/** Dagre puts a dummy on every rank that an edge crosses. Above this many the long edges are taken
 * out and run on lanes beside the nodes, or hundreds of catchers to one handler would take minutes. */
const DUMMIES = 240
/** The longest edge that stays among the nodes when there are too many dummies. */
const SHORT = 3
/** From this many far catchers on, a handler has a lane of its own. */
const SHARED = 3
/** Above this many nodes the network simplex is not worth its time. */
const SIMPLEX = 120

/** Lays out one scope by itself: ranks from top to bottom, siblings in the order of the text. */
export function layoutScope(items: Item[], edges: GraphEdge[]): ScopeResult {
  const ids = items.map(item => item.id)
  const spans = spansOf(ids, edges)
  const loops = edges.filter(edge => edge.from === edge.to)
  const others = edges.filter(edge => edge.from !== edge.to)
  const long = longOf(others, spans)
  const graph = place(
    items,
    others.filter(edge => !long(edge)),
  )
  const boxes = new Map(items.map(item => [item.id, boxOf(graph.node(item.id) as Sized)]))
  const bands = bandsOf(items, boxes, graph)
  const turned = (edge: GraphEdge) => bands.rankOf(edge.to) <= bands.rankOf(edge.from)

  const exits = new Map<string, number>()
  const clearance = new Clearance(boxes.values())
  const routed = new Map<string, RoutedEdge>()
  const keep = (edge: GraphEdge, route: Route) => {
    routed.set(edge.key, { edge, back: turned(edge), ...route })
    clearance.addLine(route.points)
    if (edge.label) clearance.addRect(rectOf(route.labelAt, edge.label))
  }
  // Labels come last, to find places that no line runs through.
  const short = others.filter(edge => !long(edge))
  for (const edge of [...short.filter(e => !e.label), ...short.filter(e => e.label)]) {
    const placed = graph.edge(edge.from, edge.to, edge.key) as Placed
    keep(edge, routeRanks(edge, placed, boxes, bands, exits, clearance))
  }
  for (const edge of loops) keep(edge, routeLoop(edge, boxes))
  const lanes = routeLane(others.filter(long), boxes, bands, exits)
  for (const { edge, ...route } of lanes) routed.set(edge.key, { edge, back: turned(edge), ...route })
  const inOrder = edges.flatMap(edge => routed.get(edge.key) ?? [])
  return crop(boxes, inOrder)
}

/** Tells the edges that run on lanes: the far ones where there are too many, and those that several
 * states share to one handler, which would push everything aside. */
function longOf(edges: GraphEdge[], spans: Map<string, Span>): (edge: GraphEdge) => boolean {
  const ranks = (edge: GraphEdge) => spans.get(edge.key)?.ranks ?? 0
  const crowded = edges.reduce((sum, edge) => sum + ranks(edge), 0) - edges.length > DUMMIES
  const shared = new Map<string, number>()
  const far = edges.filter(edge => edge.kind === 'catch' && ranks(edge) > 1)
  for (const { to } of far) shared.set(to, (shared.get(to) ?? 0) + 1)
  const handlers = new Set([...shared].filter(([, catchers]) => catchers >= SHARED).map(([to]) => to))
  const caught = new Set(far.filter(edge => handlers.has(edge.to)).map(edge => edge.key))
  return edge => caught.has(edge.key) || (crowded && ranks(edge) > SHORT)
}

function rectOf(at: Point, label: string): Rect {
  const w = labelWidth(label)
  return { x: at.x - w / 2, y: at.y - LABEL.h / 2, w, h: LABEL.h }
}

/** Dagre counts crossings, and does not mind whether a graph or its mirror image comes out. This
 * tells which of the two has more siblings in the order of the text. */
function mirrored(edges: GraphEdge[], graph: Graph): boolean {
  let order = 0
  const xOf = (edge: GraphEdge) => (graph.edge(edge.from, edge.to, edge.key) as Placed).points[1]?.x ?? 0
  const bySource = new Map<string, number[]>()
  for (const edge of edges) bySource.set(edge.from, [...(bySource.get(edge.from) ?? []), xOf(edge)])
  for (const xs of bySource.values()) {
    for (const [i, x] of xs.entries()) {
      for (const later of xs.slice(i + 1)) order += Math.sign(later - x)
    }
  }
  return order < 0
}

function mirror(edges: GraphEdge[], items: Item[], graph: Graph): void {
  for (const { id } of items) {
    const node = graph.node(id) as Sized
    node.x = -(node.x ?? 0)
  }
  for (const edge of edges) {
    const placed = graph.edge(edge.from, edge.to, edge.key) as Placed
    if (placed.x !== undefined) placed.x = -placed.x
    placed.points = placed.points.map(p => ({ ...p, x: -p.x }))
  }
}

type Graph = InstanceType<typeof dagre.graphlib.Graph>
type Sized = { x?: number; y?: number; width: number; height: number; rank?: number }

function place(items: Item[], edges: GraphEdge[]): Graph {
  const graph: Graph = new dagre.graphlib.Graph({ multigraph: true })
  const ranker = items.length > SIMPLEX ? 'tight-tree' : 'network-simplex'
  graph.setGraph({
    rankdir: 'TB',
    nodesep: GAP.node,
    edgesep: GAP.edge,
    ranksep: GAP.rank,
    rankalign: 'top',
    ranker,
  })
  for (const item of items) graph.setNode(item.id, { width: item.w, height: item.h })
  for (const edge of edges) {
    const size = edge.label ? { width: labelWidth(edge.label), height: LABEL.h } : { width: 0, height: 0 }
    graph.setEdge(edge.from, edge.to, { ...size, labelpos: 'c', weight: WEIGHT[edge.kind] }, edge.key)
  }
  if (items.length > 0) dagre.layout(graph, { customOrder: orderNodes })
  if (mirrored(edges, graph)) mirror(edges, items, graph)
  return graph
}

function boxOf({ x = 0, y = 0, width: w, height: h }: Sized): Rect {
  return { x: x - w / 2, y: y - h / 2, w, h }
}

function bandsOf(items: Item[], boxes: Map<string, Rect>, graph: Graph): Bands {
  const bands = new Map<number, Band>()
  const rankOf = (id: string) => Number((graph.node(id) as Sized).rank ?? 0)
  let right = -Infinity
  for (const { id } of items) {
    const box = boxes.get(id)
    if (!box) continue
    right = Math.max(right, box.x + box.w)
    const band = bands.get(rankOf(id))
    if (!band) bands.set(rankOf(id), { top: box.y, bottom: box.y + box.h })
    else {
      band.top = Math.min(band.top, box.y)
      band.bottom = Math.max(band.bottom, box.y + box.h)
    }
  }
  return { rankOf, band: rank => bands.get(rank), right }
}

/** Moves everything so that it begins at 0, 0: edges may bulge beyond the nodes. */
function crop(boxes: Map<string, Rect>, edges: RoutedEdge[]): ScopeResult {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const add = (x: number, y: number, x2: number, y2: number) => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x2)
    bottom = Math.max(bottom, y2)
  }
  for (const box of boxes.values()) add(box.x, box.y, box.x + box.w, box.y + box.h)
  for (const { edge, points, labelAt } of edges) {
    for (const p of points) add(p.x, p.y, p.x, p.y)
    const half = edge.label ? labelWidth(edge.label) / 2 : 0
    if (labelAt) add(labelAt.x - half, labelAt.y, labelAt.x + half, labelAt.y)
  }
  if (left === Infinity) return { w: 0, h: 0, boxes, edges }
  const move = <P extends Point>(p: P): P => ({ ...p, x: p.x - left, y: p.y - top })
  return {
    w: right - left,
    h: bottom - top,
    boxes: new Map([...boxes].map(([id, box]) => [id, move(box)])),
    edges: edges.map(e => ({
      ...e,
      points: e.points.map(move),
      ...(e.labelAt ? { labelAt: move(e.labelAt) } : {}),
    })),
  }
}
