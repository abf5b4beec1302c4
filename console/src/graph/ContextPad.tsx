import type { StateId } from '~/asl/program'
import { useViewStore } from './view'

/** The selected state's own buttons, beside it. */
export function ContextPad({ id }: { id: StateId }) {
  const store = useViewStore()
  const actions = store.get().props.nodeActions?.(id) ?? []
  if (actions.length === 0) return null
  return (
    <div
      className="sg-pad nopan nodrag"
      role="toolbar"
      aria-label="Actions on this state"
      data-testid="graph-pad"
    >
      {actions.map(action => (
        <button
          key={action.id}
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
      ))}
    </div>
  )
}
