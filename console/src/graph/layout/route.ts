import type { GraphEdge } from '../edges'
import type { Clearance } from './clearance'
import { middleOf, Pen } from './pen'
import { LABEL, labelWidth, SIDE } from './sizes'
import type { Point, Rect } from './types'

/** The strip of one rank. */
export interface Band {
  top: number
  bottom: number
}

/** The strips that the nodes of one rank take. Edges cross them straight down. */
export interface Bands {
  rankOf(id: string): number
  band(rank: number): Band | undefined
  /** The right border of all nodes. */
  right: number
}

/** What dagre says of an edge. */
export interface Placed {
  points: Point[]
  x?: number
  y?: number
}

export interface Route {
  points: Point[]
  labelAt: Point
}

const NOWHERE: Rect = { x: 0, y: 0, w: 0, h: 0 }
const RADIUS = 10
const center = (box: Rect) => box.x + box.w / 2
/** Side edges meet a container at its title, not halfway down. */
const shoulder = (box: Rect) => box.y + Math.min(box.h, 56) / 2

/** Where an edge passes: from `from` to `to`, at one x. */
interface Pass {
  x: number
  from: number
  to: number
}

/** Runs an edge through the dummies that dagre gave it: straight down through the ranks, swaying
 * between them. Catch edges leave from the side; loops leave and arrive there. */
export function routeRanks(
  edge: GraphEdge,
  placed: Placed,
  boxes: Map<string, Rect>,
  bands: Bands,
  exits: Map<string, number>,
  clearance: Clearance,
): Route {
  const from = boxes.get(edge.from) ?? NOWHERE
  const to = boxes.get(edge.to) ?? NOWHERE
  const back = bands.rankOf(edge.to) <= bands.rankOf(edge.from)
  const label = labelOf(edge, placed, clearance)
  const passes = passesOf(edge, placed, bands, back, label?.x)
  const pen = leave(edge, from, to, bands, exits, back, passes)
  for (const pass of passes) pen.sway({ x: pass.x, y: pass.from }).line({ x: pass.x, y: pass.to })
  if (back) arriveBeside(pen, to, bands.band(bands.rankOf(edge.to)), passes.at(-1)?.x ?? pen.at.x)
  else {
    const top = bands.band(bands.rankOf(edge.to))?.top ?? to.y
    pen.sway({ x: center(to), y: top }).line({ x: center(to), y: to.y })
  }
  return { points: pen.points, labelAt: label ?? middleOf(pen.points) }
}

function labelOf(edge: GraphEdge, placed: Placed, clearance: Clearance): Point | undefined {
  if (!edge.label || placed.x === undefined) return undefined
  const at = { x: placed.x, y: placed.y ?? 0 }
  return { x: clearance.place(at, { w: labelWidth(edge.label), h: LABEL.h }), y: at.y }
}

function passesOf(edge: GraphEdge, placed: Placed, bands: Bands, back: boolean, labelX?: number): Pass[] {
  const start = bands.rankOf(edge.from)
  const passes: Pass[] = []
  placed.points.slice(1, -1).forEach((point, i) => {
    const band = bands.band(start + (back ? -1 - i : 1 + i))
    const label = edge.label && placed.x === point.x && placed.y === point.y
    if (!band && !label) return
    const strip = band ?? { top: point.y - LABEL.h / 2, bottom: point.y + LABEL.h / 2 }
    const x = label ? (labelX ?? point.x) : point.x
    passes.push(back ? { x, from: strip.bottom, to: strip.top } : { x, from: strip.top, to: strip.bottom })
  })
  return passes
}

/** How far out a side edge of this node turns: each next one a little further. */
function offset(id: string, exits: Map<string, number>, side: 1 | -1): number {
  const key = `${id}${side}`
  const used = exits.get(key) ?? 0
  exits.set(key, used + 1)
  return (used % 4) * 6
}

function leave(
  edge: GraphEdge,
  from: Rect,
  to: Rect,
  bands: Bands,
  exits: Map<string, number>,
  back: boolean,
  passes: Pass[],
): Pen {
  const band = bands.band(bands.rankOf(edge.from)) ?? { top: from.y, bottom: from.y + from.h }
  if (edge.kind !== 'catch' && !back) {
    const x = center(from)
    return new Pen({ x, y: from.y + from.h }).line({ x, y: band.bottom })
  }
  const side = (passes[0]?.x ?? center(to)) >= center(from) - 1 ? 1 : -1
  return leaveSide(from, side, offset(edge.from, exits, side), back ? band.top : band.bottom)
}

function leaveSide(from: Rect, side: 1 | -1, more: number, y: number): Pen {
  const start = { x: side > 0 ? from.x + from.w : from.x, y: shoulder(from) + more }
  const x = start.x + side * (SIDE + more)
  return new Pen(start).bend(
    [
      { x, y: start.y },
      { x, y },
    ],
    RADIUS,
  )
}

/** Up beside the target and into its side. */
function arriveBeside(pen: Pen, to: Rect, band: Band | undefined, x: number): void {
  const side = x >= center(to) - 1 ? 1 : -1
  const end = { x: side > 0 ? to.x + to.w : to.x, y: shoulder(to) }
  const out = end.x + side * SIDE
  pen.sway({ x: out, y: band?.bottom ?? to.y + to.h })
  pen.bend([{ x: out, y: end.y }, end], RADIUS)
}

/** A state that goes to itself: a loop at its left side, where fewest other edges leave. */
export function routeLoop(edge: GraphEdge, boxes: Map<string, Rect>): Route {
  const { x, ...box } = boxes.get(edge.from) ?? NOWHERE
  const out = x - SIDE - 6
  const [low, high] = [shoulder({ x, ...box }) + 14, shoulder({ x, ...box }) - 14]
  const pen = new Pen({ x, y: low })
  pen.bend(
    [
      { x: out, y: low },
      { x: out, y: high },
      { x, y: high },
    ],
    RADIUS,
  )
  const half = edge.label ? labelWidth(edge.label) / 2 : 0
  return { points: pen.points, labelAt: { x: out - half, y: (low + high) / 2 } }
}

/** Runs long edges on lanes right of all nodes: one lane for all edges to one target, so that a
 * hundred catchers of one handler are one line. */
export function routeLane(
  edges: GraphEdge[],
  boxes: Map<string, Rect>,
  bands: Bands,
  exits: Map<string, number>,
): (Route & { edge: GraphEdge; joins?: number })[] {
  const reach = new Map<string, Band>()
  for (const edge of edges) {
    const ys = [boxes.get(edge.from)?.y ?? 0, boxes.get(edge.to)?.y ?? 0]
    const known = reach.get(edge.to) ?? { top: Infinity, bottom: -Infinity }
    reach.set(edge.to, { top: Math.min(known.top, ...ys), bottom: Math.max(known.bottom, ...ys) })
  }
  const lane = lanesFor(reach)
  const routes = edges.map(edge => {
    const from = boxes.get(edge.from) ?? NOWHERE
    const to = boxes.get(edge.to) ?? NOWHERE
    const x = bands.right + 2 * SIDE + 8 + (lane.get(edge.to) ?? 0) * 12
    const below = (bands.band(bands.rankOf(edge.from))?.bottom ?? from.y + from.h) + 10
    const above = (bands.band(bands.rankOf(edge.to))?.top ?? to.y) - 12
    const corners = [
      { x, y: below },
      { x, y: above },
      { x: center(to), y: above },
      { x: center(to), y: to.y },
    ]
    let pen: Pen
    if (edge.kind === 'catch') {
      const more = offset(edge.from, exits, 1)
      const start = { x: from.x + from.w, y: shoulder(from) + more }
      const out = start.x + SIDE + more
      pen = new Pen(start).bend([{ x: out, y: start.y }, { x: out, y: below }, ...corners], RADIUS)
    } else {
      pen = new Pen({ x: center(from), y: from.y + from.h })
      pen.bend([{ x: center(from), y: below }, ...corners], RADIUS)
    }
    const half = edge.label ? labelWidth(edge.label) / 2 : 0
    const labelAt = { x: from.x + from.w + 2 * SIDE + half, y: below }
    return { edge, points: pen.points, labelAt, lane: x, run: above - below }
  })
  return shareLanes(routes)
}

interface LaneRoute extends Route {
  edge: GraphEdge
  /** Where the lane is, and how far the edge follows it: negative upwards. */
  lane: number
  run: number
}

/** Of the edges on one lane only the longest in each direction need be drawn whole: hundreds of
 * dashed lines on each other look the same, and no browser paints them in time. */
function shareLanes(routes: LaneRoute[]): (Route & { edge: GraphEdge; joins?: number })[] {
  const keyOf = ({ edge, run }: LaneRoute) => `${edge.to}|${edge.kind === 'catch'}|${run > 0}`
  const longest = new Map<string, LaneRoute>()
  for (const route of routes) {
    const known = longest.get(keyOf(route))
    if (!known || Math.abs(route.run) > Math.abs(known.run)) longest.set(keyOf(route), route)
  }
  return routes.map(route => {
    const { edge, points, labelAt, lane } = route
    const joins = points.findIndex((p, i) => i % 3 === 0 && Math.abs(p.x - lane) < 0.5)
    const whole = longest.get(keyOf(route)) === route || joins < 0
    return { edge, points, labelAt, ...(whole ? {} : { joins }) }
  })
}

/** Lanes whose stretches do not touch share one place; the shortest stand nearest to the nodes. */
function lanesFor(reach: Map<string, Band>): Map<string, number> {
  const taken: Band[][] = []
  const lanes = new Map<string, number>()
  const byLength = [...reach].sort(([, a], [, b]) => a.bottom - a.top - (b.bottom - b.top))
  for (const [id, band] of byLength) {
    const free = taken.findIndex(lane =>
      lane.every(other => other.bottom < band.top || other.top > band.bottom),
    )
    const at = free === -1 ? taken.length : free
    taken[at] = [...(taken[at] ?? []), band]
    lanes.set(id, at)
  }
  return lanes
}
