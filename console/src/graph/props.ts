import type { ReactNode, Ref } from 'react'
import type { Program, StateId } from '~/asl/program'
import type { EdgeKind, GraphEdge } from './edges'
import type { LayoutOptions } from './layout/types'
import type { Overlay } from './overlay'

export type Mark = 'error' | 'warning'
export type DiffMark = 'added' | 'removed' | 'changed'

/** What may be dragged onto an edge, a node or the canvas. The payload is the caller's own text. */
export const ITEM_MIME = 'application/x-stateline-item'

/** One button of the context pad. */
export interface NodeAction {
  id: string
  /** Its accessible name and tooltip. */
  label: string
  icon: ReactNode
  danger?: boolean
  /** A menu of the caller's may open at `anchor`. */
  run(anchor: HTMLElement): void
}

export interface FlowGraphHandle {
  /** Shows the whole graph, and lets automatic moves happen again. */
  fit(): void
  /** Brings a state into view, unless the user is moving the camera this very moment. Containers
   * round it are opened. With `keyboard` it gets the focus too. */
  focusState(id: StateId, options?: { keyboard?: boolean }): void
  /** Brings the innermost failed state into view; false if nothing failed. */
  fitToFailure(): boolean
}

/** What can be inserted, connected and dropped; only read when `editable`. */
interface EditorProps {
  /** The `+` of an edge; a menu may open at `anchor`. */
  onEdgeAction?(edge: GraphEdge, anchor: Element): void
  onDropOnEdge?(edge: GraphEdge, payload: string): void
  /** Dropped on a state, such as a branch into a Parallel. */
  onDropOnNode?(id: StateId, payload: string): void
  /** Dropped beside everything. */
  onDropOnCanvas?(payload: string): void
  /** Dragged from a handle of `from` to another state of its scope. */
  onConnect?(from: StateId, kind: EdgeKind, to: StateId): void
  /** `/` or `A` on a state (its first way on) or on the selected edge. */
  onInsertRequest?(edge: GraphEdge, anchor: Element): void
  /** The context pad of the selected state. */
  nodeActions?(id: StateId): NodeAction[]
}

export interface FlowGraphProps extends EditorProps {
  program: Program
  /** Given, the caller keeps what is collapsed; otherwise the graph does. */
  layoutOptions?: LayoutOptions
  onLayoutOptionsChange?(options: LayoutOptions): void
  overlay?: Overlay
  selection?: StateId
  /** Undefined when the canvas itself is clicked, or Escape pressed. */
  onSelect?(id: StateId | undefined): void
  /** A double click or a second Enter. */
  onOpen?(id: StateId): void
  selectedEdge?: string
  onSelectEdge?(edge: GraphEdge | undefined): void
  editable?: boolean
  /** The text is broken, and this is the last good graph. */
  dimmed?: boolean
  marks?: ReadonlyMap<StateId, Mark>
  diff?: ReadonlyMap<StateId, DiffMark>
  /** The first failure that appears is brought into view, unless the user holds the camera. */
  followFailure?: boolean
  /** Default true; small graphs have none anyway. */
  minimap?: boolean
  /** Accessible name; default "Workflow graph". */
  label?: string
  /** For places without measures: prerendering and tests. */
  size?: { width: number; height: number }
  ref?: Ref<FlowGraphHandle>
}
