export {
  type EdgeKind,
  edgeKey,
  edgesFrom,
  edgesOf,
  endOf,
  type GraphEdge,
  isMissing,
  missingOf,
  startOf,
} from './edges'
export { toPng } from './export/png'
export { toSvg } from './export/svg'
export { FlowGraph } from './FlowGraph'
export { layout } from './layout/layout'
export type { Layout, LayoutOptions } from './layout/types'
export type { Overlay, StateOverlay } from './overlay'
export {
  type DiffMark,
  type FlowGraphHandle,
  type FlowGraphProps,
  ITEM_MIME,
  type Mark,
  type NodeAction,
} from './props'
export { DASHES, STATUS, type Status } from './status'
