import { NodeToolbar, Position } from '@xyflow/react'
import type { StateId } from '~/asl/program'
import type { NodeAction } from './props'
import { useViewStore } from './view'

/** The selected state's own buttons, above it, as large at every zoom. */
export function ContextPad({ id }: { id: StateId }) {
  const store = useViewStore()
  const actions = store.get().props.nodeActions?.(id) ?? []
  if (actions.length === 0) return null
  return (
    <NodeToolbar isVisible position={Position.Top} align="end" offset={8}>
      <div className="sg-pad nopan" role="toolbar" aria-label="Actions on this state" data-testid="graph-pad">
        {actions.map(action => (
          <Action key={action.id} action={action} />
        ))}
      </div>
    </NodeToolbar>
  )
}

function Action({ action }: { action: NodeAction }) {
  return (
    <button
      type="button"
      title={action.label}
      aria-label={action.label}
      data-testid={`graph-action-${action.id}`}
      data-danger={action.danger || undefined}
      onClick={event => {
        event.stopPropagation()
        action.run(event.currentTarget)
      }}
    >
      {action.icon}
    </button>
  )
}
