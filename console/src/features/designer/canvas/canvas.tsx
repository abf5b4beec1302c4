import { ClipboardCopy, CopyPlus, Pencil, Plus, Trash2 } from 'lucide-react'
import { type RefObject, useMemo, useState } from 'react'
import type { Edge } from '~/asl/edges'
import { connect } from '~/asl/edits/connect'
import { addItem } from '~/asl/edits/list-items'
import { languageOf } from '~/asl/fields'
import type { StateId } from '~/asl/program'
import {
  type EdgeKind,
  FlowGraph,
  type FlowGraphHandle,
  type GraphEdge,
  type Mark,
  type NodeAction,
} from '~/graph'
import { Button } from '~/ui/button'
import { Empty } from '~/ui/feedback'
import { useDocument } from '../document/context'
import type { Item } from '../palette/items'
import { QuickInsert } from '../palette/quick-insert'
import { useProblems } from '../problems/context'
import { edgeOf } from './edges'
import { fragmentOf, insert, type Place, placeFor } from './insert'

/** From this many states on it is asked before they are drawn: laying them out takes a while. */
const MANY = 2000

/** What may be done to the selected state; the same by keyboard, by the pad and by menus. */
export interface StateCommands {
  remove: (id: StateId) => void
  rename: (id: StateId) => void
  duplicate: (id: StateId) => void
  copy: (id: StateId) => void
}

interface Props {
  handle: RefObject<FlowGraphHandle | null>
  commands: StateCommands
  selectedEdge: GraphEdge | undefined
  onSelectEdge: (edge: GraphEdge | undefined) => void
  /** Where the quick list is open, if it is. */
  inserting: Inserting | undefined
  onInserting: (inserting: Inserting | undefined) => void
  /** Opens the inspector: a double click, or Enter on what is selected. */
  onOpen: (id: StateId) => void
}

export interface Inserting {
  place: Place
  anchor: Element
}

/** The workflow as a picture that is edited. Every change goes through the document. */
export function Canvas(props: Props) {
  const { handle, commands, selectedEdge, onSelectEdge, inserting, onInserting, onOpen } = props
  const { document, reading, selection, run, select } = useDocument()
  const [drawAll, setDrawAll] = useState(false)
  const marks = useMarks()
  const { program } = reading
  if (!program) return <Unread message={reading.broken?.message} />
  if (program.states.size > MANY && !drawAll) {
    return <Many count={program.states.size} onDraw={() => setDrawAll(true)} />
  }
  const put = (payload: string, place: Place) => {
    const fragment = fragmentOf(payload)
    if (fragment) run((source, now) => insert(source, now, fragment, place))
  }
  const insertItem = (item: Item) => {
    if (!inserting) return
    onInserting(undefined)
    run((source, now) => insert(source, now, item.fragment(languageOf(now)), inserting.place))
    const { selection: placed } = document.snapshot()
    if (placed !== undefined) handle.current?.focusState(placed, { keyboard: true })
  }
  return (
    <div className="relative h-full min-h-0" data-testid="canvas">
      <FlowGraph
        ref={handle}
        program={program}
        editable
        label="Workflow"
        dimmed={reading.broken !== undefined}
        marks={marks}
        selection={selection}
        selectedEdge={selectedEdge?.key}
        onSelect={id => {
          onSelectEdge(undefined)
          select(id)
        }}
        onOpen={onOpen}
        onSelectEdge={onSelectEdge}
        onEdgeAction={(edge, anchor) => onInserting({ place: edgeOf(edge), anchor })}
        onInsertRequest={(edge, anchor) => onInserting({ place: edgeOf(edge), anchor })}
        onDropOnEdge={(edge, payload) => put(payload, edgeOf(edge))}
        onDropOnNode={(id, payload) => put(payload, { after: id })}
        onDropOnCanvas={payload => put(payload, placeFor(program, undefined))}
        onConnect={(from, kind, to) => run((source, now) => connected(source, now, from, kind, to))}
        nodeActions={id => padOf(id, commands, anchor => onInserting({ place: { after: id }, anchor }))}
      />
      {reading.broken && <Broken message={reading.broken.message} offset={reading.broken.offset} />}
      {inserting && (
        <QuickInsert anchor={inserting.anchor} onInsert={insertItem} onClose={() => onInserting(undefined)} />
      )}
    </div>
  )
}

/** What dragging from a handle to a state does. */
function connected(
  source: Parameters<typeof connect>[0],
  program: Parameters<typeof connect>[1],
  from: StateId,
  kind: EdgeKind,
  to: StateId,
) {
  const name = program.states.get(to)?.name
  const target = to.startsWith('end:') ? null : to
  if (kind === 'choice' && name !== undefined) {
    const jsonata = languageOf(program) === 'JSONata'
    const rule = jsonata
      ? { Condition: '{% true %}', Next: name }
      : { Variable: '$', IsPresent: true, Next: name }
    return addItem(source, program, from, 'Choices', rule)
  }
  if (kind === 'catch' && name !== undefined) {
    return addItem(source, program, from, 'Catch', { ErrorEquals: ['States.ALL'], Next: name })
  }
  const edge: Edge = kind === 'default' ? { kind: 'default', from } : { kind: 'next', from }
  return connect(source, program, edge, target)
}

function padOf(id: StateId, commands: StateCommands, append: (anchor: Element) => void): NodeAction[] {
  return [
    { id: 'append', label: 'Append (A)', icon: <Plus size={14} />, run: append },
    { id: 'rename', label: 'Rename (F2)', icon: <Pencil size={14} />, run: () => commands.rename(id) },
    {
      id: 'duplicate',
      label: 'Duplicate (Ctrl D)',
      icon: <CopyPlus size={14} />,
      run: () => commands.duplicate(id),
    },
    { id: 'copy', label: 'Copy (Ctrl C)', icon: <ClipboardCopy size={14} />, run: () => commands.copy(id) },
    {
      id: 'delete',
      label: 'Delete (Del)',
      icon: <Trash2 size={14} />,
      danger: true,
      run: () => commands.remove(id),
    },
  ]
}

/** The worst of each state's problems. */
function useMarks(): ReadonlyMap<StateId, Mark> {
  const { problems } = useProblems()
  return useMemo(() => {
    const marks = new Map<StateId, Mark>()
    for (const { state, severity } of problems) {
      if (state === undefined) continue
      if (severity === 'error') marks.set(state, 'error')
      else if (!marks.has(state)) marks.set(state, 'warning')
    }
    return marks
  }, [problems])
}

function Broken({ message, offset }: { message: string; offset: number }) {
  const { document } = useDocument()
  const { doc } = document.editorState
  const { number } = doc.lineAt(Math.min(offset, doc.length))
  return (
    <p
      role="status"
      data-testid="broken"
      className="absolute top-2 left-2 max-w-[calc(100%-16px)] rounded-control border border-line bg-failed-tint px-3 py-1.5 text-failed"
    >
      The text cannot be read at line {number}: {message}. This is how it was before.
    </p>
  )
}

function Unread({ message }: { message: string | undefined }) {
  return (
    <Empty title="There is nothing to draw yet">
      <p>The text cannot be read{message ? `: ${message}` : ''}. Mend it in the code, or undo.</p>
    </Empty>
  )
}

function Many({ count, onDraw }: { count: number; onDraw: () => void }) {
  return (
    <Empty title={`${count.toLocaleString('en')} states`}>
      <p className="mb-3">Drawing so many takes a while. The code and the problems are there at once.</p>
      <Button onPress={onDraw} data-testid="draw-all">
        Draw them
      </Button>
    </Empty>
  )
}
