import { Handle, Position, useConnection } from '@xyflow/react'
import type { EdgeKind } from '../edges'
import { kindsOf, PLACE } from './handles'

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
