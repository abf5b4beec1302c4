export { type EdgeKind, edgeKey, type GraphEdge } from './edges'
export { toPng } from './export/png'
export { toSvg } from './export/svg'
export { FlowGraph } from './FlowGraph'
export { layout } from './layout/layout'
export type { Overlay, StateOverlay } from './overlay'
export {
  type DiffMark,
  type FlowGraphHandle,
  ITEM_MIME,
  type Mark,
  type NodeAction,
} from './props'
