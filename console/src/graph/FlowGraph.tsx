import '@xyflow/react/dist/base.css'
import './graph.css'
import { type Connection, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import {
  type DragEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { StateId } from '~/asl/program'
import { Controls } from './Controls'
import { EdgeLayer } from './EdgeLayer'
import type { EdgeKind } from './edges'
import { FarLayer } from './FarLayer'
import { boxAt, useFar } from './far'
import { type LaidOut, useLayout } from './layout/useLayout'
import { ContainerNode } from './nodes/ContainerNode'
import { type GraphNode, nodesOf } from './nodes/data'
import { MarkerNode, MissingNode } from './nodes/MarkerNode'
import { StateNode } from './nodes/StateNode'
import { Overview } from './Overview'
import { type FlowGraphProps, ITEM_MIME } from './props'
import { useCamera, ZOOM } from './useCamera'
import { useFolding } from './useFolding'
import { onGraphKey } from './useKeyboard'
import { useViewOf } from './useViewOf'
import { ViewContext } from './view'
import { firstOf } from './walk'

const NODE_TYPES = { state: StateNode, container: ContainerNode, marker: MarkerNode, missing: MissingNode }
/** From this many states on there is an overview in the corner. */
const LARGE = 25
const FAILED = new Set(['failed', 'timedOut'])

/** A workflow as a picture: plain, with an execution on it, as a diff, or to be edited. Positions
 * are a function of the structure; nobody drags states about. */
export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider
      {...(props.size ? { initialWidth: props.size.width, initialHeight: props.size.height } : {})}
    >
      <Canvas {...props} />
    </ReactFlowProvider>
  )
}

function Canvas(props: FlowGraphProps) {
  const { program, editable = false, overlay } = props
  const folding = useFolding(props)
  const laid = useLayout(program, folding.options)
  const { layout } = laid
  const view = useViewOf(props, folding.toggle)
  const anchor = useCallback(() => view.get().focus ?? view.get().selection, [view])
  const camera = useCamera(laid, anchor)
  const known = useRef(new Map<string, GraphNode>())
  const nodes = useMemo(() => nodesOf(layout, program, known.current), [layout, program])
  const { selection } = props
  // From far away nodes are shapes, but what has the keyboard keeps it.
  const kept = useCallback(() => {
    const id = view.get().focus ?? selection
    return nodes.filter(node => node.id === id)
  }, [nodes, view, selection])
  const far = useFar(layout, kept)
  const drawn = useMemo(() => (far ? kept() : nodes), [far, nodes, kept])
  const [within, setWithin] = useState(false)

  const go = useCallback(
    (id: StateId, keyboard = true) => {
      const box = layout.nodes.find(node => node.id === id)
      if (!box) return
      camera.reveal(box)
      view.set({ focus: id, focusWish: keyboard ? view.get().focusWish + 1 : 0 })
    },
    [layout, camera, view],
  )
  const failure = useCallback(() => failedIn(laid, overlay), [laid, overlay])
  const later = useRevealLater(go, folding.unfold, layout)

  useImperativeHandle(props.ref, () => ({
    fit: camera.fit,
    focusState: (id, options) => later(id, options?.keyboard ?? false),
    fitToFailure: () => {
      const id = failure()
      if (id !== undefined) go(id, false)
      return id !== undefined
    },
  }))
  const failed = props.followFailure ? failure() : undefined
  useEffect(() => {
    if (failed !== undefined && camera.ready && camera.free()) go(failed, false)
  }, [failed, camera, go])

  const enter = () => go(view.get().selection ?? view.get().focus ?? firstOf(layout, '') ?? '')
  const drop = useCanvasDrop(props)
  const { screenToFlowPosition } = useReactFlow()
  const press = (event: MouseEvent) => {
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    const box = far ? boxAt(layout, at) : undefined
    props.onSelect?.(box && box.kind !== 'missing' ? box.id : undefined)
    if (!box) props.onSelectEdge?.(undefined)
  }
  return (
    <ViewContext value={view}>
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML is a graph */}
      <div
        className="sg"
        role="group"
        aria-label={props.label ?? 'Workflow graph'}
        aria-roledescription="graph, arrow keys walk along the transitions"
        tabIndex={within ? -1 : 0}
        data-testid="flow-graph"
        data-ready={laid.hash !== '' || undefined}
        data-dimmed={props.dimmed || undefined}
        data-judged={overlay !== undefined || undefined}
        data-editable={editable || undefined}
        ref={camera.frame}
        onFocus={event => {
          setWithin(event.target !== event.currentTarget)
          if (event.target === event.currentTarget && event.target.matches(':focus-visible')) enter()
        }}
        onBlur={event =>
          setWithin(
            event.currentTarget.contains(event.relatedTarget) && event.relatedTarget !== event.currentTarget,
          )
        }
        onKeyDown={event => onGraphKey(event, { layout, store: view, go })}
        {...drop}
      >
        <ReactFlow<GraphNode>
          nodes={drawn}
          nodeTypes={NODE_TYPES}
          {...(props.size ?? {})}
          minZoom={ZOOM.min}
          maxZoom={ZOOM.max}
          onlyRenderVisibleElements
          nodesDraggable={false}
          nodesFocusable={false}
          nodesConnectable={editable}
          elementsSelectable={false}
          connectOnClick={false}
          connectionRadius={40}
          isValidConnection={connection => isValid(connection, props)}
          onConnect={connection => connect(connection, props)}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          panOnScroll={false}
          zoomOnDoubleClick={false}
          attributionPosition="top-right"
          onMoveStart={camera.onMoveStart}
          onMoveEnd={camera.onMoveEnd}
          onPaneClick={press}
        >
          {far ? <FarLayer layout={layout} /> : <EdgeLayer layout={layout} />}
        </ReactFlow>
        {props.minimap !== false && layout.nodes.length >= LARGE && <Overview layout={layout} />}
        <Controls onFit={camera.fit} />
      </div>
    </ViewContext>
  )
}

/** The innermost failed state that is drawn. */
function failedIn({ layout }: LaidOut, overlay: FlowGraphProps['overlay']): StateId | undefined {
  if (!overlay) return undefined
  const failed = layout.nodes.filter(box => FAILED.has(overlay.states.get(box.id)?.status ?? ''))
  return failed.reduce<(typeof failed)[number] | undefined>(
    (a, b) => (a && a.depth >= b.depth ? a : b),
    undefined,
  )?.id
}

/** Opens what hides a state, and goes there when it is drawn. */
function useRevealLater(
  go: (id: StateId, keyboard: boolean) => void,
  unfold: (id: StateId) => boolean,
  layout: LaidOut['layout'],
) {
  const wanted = useRef<{ id: StateId; keyboard: boolean } | null>(null)
  useEffect(() => {
    const wish = wanted.current
    if (!wish || !layout.nodes.some(node => node.id === wish.id)) return
    wanted.current = null
    go(wish.id, wish.keyboard)
  }, [layout, go])
  return useCallback(
    (id: StateId, keyboard: boolean) => {
      // What was inserted this moment is not laid out yet.
      const drawn = layout.nodes.some(node => node.id === id)
      if (unfold(id) || !drawn) wanted.current = { id, keyboard }
      else go(id, keyboard)
    },
    [go, unfold, layout],
  )
}

/** Transitions never leave a scope. */
function isValid(connection: { source: string; target: string }, { program }: FlowGraphProps): boolean {
  const [from, to] = [program.states.get(connection.source), program.states.get(connection.target)]
  if (from && connection.target === `end:${from.scope}`) return true
  return from !== undefined && to !== undefined && from.scope === to.scope
}

function connect(connection: Connection, props: FlowGraphProps): void {
  const kind = (connection.sourceHandle ?? 'next') as EdgeKind
  if (isValid(connection, props)) props.onConnect?.(connection.source, kind, connection.target)
}

function useCanvasDrop({ editable, onDropOnCanvas }: FlowGraphProps) {
  const [over, setOver] = useState(false)
  if (!editable) return {}
  const accepts = (event: DragEvent) => event.dataTransfer.types.includes(ITEM_MIME)
  return {
    'data-dropping': over || undefined,
    onDragEnter: (event: DragEvent) => accepts(event) && setOver(true),
    onDragOver: (event: DragEvent) => {
      if (!accepts(event)) return
      setOver(true)
      if (onDropOnCanvas) event.preventDefault()
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDropCapture: () => setOver(false),
    onDrop: (event: DragEvent) => {
      if (!accepts(event)) return
      event.preventDefault()
      onDropOnCanvas?.(event.dataTransfer.getData(ITEM_MIME))
    },
  }
}
