import type { Program } from '~/asl/program'
import { endOf, startOf } from '../edges'
import { layoutScope, type ScopeResult } from './scope'
import { type ScopeShape, type StateShape, shapeOf } from './shape'
import { BOX, EMPTY, LABEL, labelWidth, MARKER, MISSING, NODE } from './sizes'
import type { Layout, LayoutOptions, Point } from './types'

/** Lays out a whole program: each scope alone, from the inside out, then as a fixed box in the
 * container it belongs to. The same program gives the same picture always. */
export function layout(program: Program, options: LayoutOptions): Layout {
  return layoutShape(shapeOf(program, options))
}

export function layoutShape(shape: ScopeShape): Layout {
  const measured = measureScope(shape)
  const result: Layout = {
    width: measured.w,
    height: measured.h,
    nodes: [],
    scopes: [],
    markers: [],
    edges: [],
  }
  emitScope(result, measured, { x: 0, y: 0 }, { depth: 0, x: 0, y: 0 })
  return result
}

interface MeasuredScope extends ScopeResult {
  shape: ScopeShape
  inner: Map<string, MeasuredState>
}

interface MeasuredState {
  w: number
  h: number
  /** With the place of each lane inside the container. */
  lanes: { scope: MeasuredScope; x: number; y: number; w: number; h: number }[]
}

function measureScope(shape: ScopeShape): MeasuredScope {
  const inner = new Map(shape.states.map(state => [state.id, measureState(state)]))
  const marker = (id: string) => ({ id, w: MARKER, h: MARKER })
  const items = [
    marker(startOf(shape.id)),
    ...shape.states.map(({ id }) => ({ id, w: inner.get(id)?.w ?? NODE.w, h: inner.get(id)?.h ?? NODE.h })),
    ...shape.missing.map(({ id }) => ({ id, ...MISSING })),
  ]
  if (shape.edges.some(edge => edge.to === endOf(shape.id))) items.push(marker(endOf(shape.id)))
  return { shape, inner, ...layoutScope(items, shape.edges) }
}

/** A container holds its lanes side by side under its title. */
function measureState(state: StateShape): MeasuredState {
  if (!state.container || state.children.length === 0) return { ...NODE, lanes: [] }
  let x: number = BOX.pad
  let height = 0
  const lanes = state.children.map(child => {
    const scope = measureScope(child)
    const w = Math.max(scope.w, EMPTY.w) + 2 * BOX.lanePad
    const h = Math.max(scope.h, EMPTY.h) + 2 * BOX.lanePad
    const lane = { scope, x, y: BOX.title, w, h }
    x += w + BOX.lane
    height = Math.max(height, h)
    return lane
  })
  return {
    w: x - BOX.lane + BOX.pad,
    h: BOX.title + height + BOX.pad,
    lanes: lanes.map(l => ({ ...l, h: height })),
  }
}

interface Parent extends Point {
  id?: string
  depth: number
}

/** Writes down a measured scope at its absolute place. */
function emitScope(out: Layout, scope: MeasuredScope, at: Point, parent: Parent): void {
  const { shape } = scope
  const own = {
    scope: shape.id,
    depth: parent.depth,
    ...(parent.id !== undefined ? { parent: parent.id } : {}),
  }
  const rect = (id: string) => {
    const box = scope.boxes.get(id) ?? { x: 0, y: 0, w: 0, h: 0 }
    const [x, y] = [at.x + box.x, at.y + box.y]
    return { ...box, x, y, rx: x - parent.x, ry: y - parent.y }
  }
  for (const kind of ['start', 'end'] as const) {
    const id = kind === 'start' ? startOf(shape.id) : endOf(shape.id)
    if (scope.boxes.has(id)) out.markers.push({ id, kind, ...own, ...rect(id) })
  }
  for (const { id, name } of shape.missing)
    out.nodes.push({ id, name, type: '', kind: 'missing', ...own, ...rect(id) })
  for (const state of shape.states) {
    const box = rect(state.id)
    const lanes = scope.inner.get(state.id)?.lanes ?? []
    const kind = lanes.length > 0 ? 'container' : state.container ? 'collapsed' : 'state'
    out.nodes.push({ id: state.id, name: state.name, type: state.type, kind, ...own, ...box })
    for (const lane of lanes) {
      const [x, y] = [box.x + lane.x, box.y + lane.y]
      const empty = lane.scope.shape.states.length === 0
      const depth = parent.depth + 1
      out.scopes.push({ id: lane.scope.shape.id, parent: state.id, depth, empty, x, y, w: lane.w, h: lane.h })
      const inside = { x: x + (lane.w - lane.scope.w) / 2, y: y + BOX.lanePad }
      emitScope(out, lane.scope, inside, { id: state.id, depth, x: box.x, y: box.y })
    }
  }
  emitEdges(out, scope, at, parent.depth)
}

function emitEdges(out: Layout, scope: MeasuredScope, at: Point, depth: number): void {
  const move = (p: Point) => ({ x: at.x + p.x, y: at.y + p.y })
  for (const { edge, points, labelAt, back, joins } of scope.edges) {
    const labelSize = edge.label ? { w: labelWidth(edge.label), h: LABEL.h } : { w: 0, h: 0 }
    out.edges.push({
      ...edge,
      points: points.map(move),
      labelAt: move(labelAt ?? points[0] ?? at),
      labelSize,
      depth,
      back,
      ...(joins === undefined ? {} : { joins }),
    })
  }
}
