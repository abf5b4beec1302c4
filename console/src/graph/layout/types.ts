import type { StateId } from '~/asl/program'
import type { GraphEdge } from '../edges'

export interface Point {
  x: number
  y: number
}

export interface Rect extends Point {
  w: number
  h: number
}

/** A state's box. `x`, `y` are absolute, `rx`, `ry` count from the container it stands in. */
export interface NodeBox extends Rect {
  id: StateId
  rx: number
  ry: number
  kind: 'state' | 'container' | 'collapsed' | 'missing'
  /** What a missing node would be called, otherwise the state's name. */
  name: string
  type: string
  scope: string
  /** The container it stands in; none at the top. */
  parent?: StateId
  /** 0 at the top. */
  depth: number
}

/** The lane of one branch or processor inside its container. */
export interface ScopeBox extends Rect {
  id: string
  parent: StateId
  depth: number
  empty: boolean
}

export interface Marker extends Rect {
  id: string
  kind: 'start' | 'end'
  scope: string
  rx: number
  ry: number
  parent?: StateId
  depth: number
}

/** An edge with its way: `points` are a chain of cubic Bézier curves, 3n+1 points, absolute. */
export interface EdgePath extends GraphEdge {
  points: Point[]
  /** The middle of the label, or of the edge when it has none. */
  labelAt: Point
  labelSize: { w: number; h: number }
  depth: number
  /** From this point on another edge is drawn at the same place, so this one may end there. */
  joins?: number
  /** Runs against the flow: the edge of a loop. */
  back: boolean
}

export interface Layout {
  width: number
  height: number
  /** Containers come before what stands in them. */
  nodes: NodeBox[]
  scopes: ScopeBox[]
  markers: Marker[]
  edges: EdgePath[]
}

export interface LayoutOptions {
  /** Parallel and Map states that are drawn as one node. */
  collapsed: ReadonlySet<StateId>
}
