import { Handle, Position, useConnection } from '@xyflow/react'
import type { EdgeKind } from '../edges'

/** What may leave a state by a handle; the id of the handle is the kind of the edge. */
function kindsOf(type: string): EdgeKind[] {
  if (type === '' || type === 'Succeed' || type === 'Fail') return []
  if (type === 'Choice') return ['choice', 'default']
  const own: EdgeKind[] = ['next']
  return type === 'Task' || type === 'Parallel' || type === 'Map' ? [...own, 'catch'] : own
}

const PLACE: Partial<Record<EdgeKind, Position>> = { catch: Position.Right, default: Position.Right }
const WORD: Partial<Record<EdgeKind, string>> = {
  next: 'Drag to set the next state',
  choice: 'Drag to add a rule',
  default: 'Drag to set the default',
  catch: 'Drag to catch errors',
}

/** Handles of an editable node. The whole node takes what is dragged to it. */
export function Connectors({ type }: { type: string }) {
  const connecting = useConnection(connection => connection.inProgress)
  return (
    <>
      <Handle
        type="target"
        position={Position.Top}
        className="sg-target"
        isConnectableStart={false}
        data-connecting={connecting || undefined}
      />
      {kindsOf(type).map(kind => (
        <Handle
          key={kind}
          id={kind}
          type="source"
          position={PLACE[kind] ?? Position.Bottom}
          className="sg-source nopan"
          data-kind={kind}
          title={WORD[kind]}
        />
      ))}
    </>
  )
}
