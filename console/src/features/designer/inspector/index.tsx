import { useDocument } from '../document/context'

/** What is selected, as forms. */
export function Inspector() {
  const { reading, selection } = useDocument()
  const state = selection === undefined ? undefined : reading.program?.states.get(selection)
  return (
    <section
      data-document-undo
      aria-label="Inspector"
      className="h-full overflow-auto bg-surface p-4"
      data-testid="inspector"
    >
      {state ? (
        <h2 className="text-head font-strong">{state.name}</h2>
      ) : (
        <p className="text-muted">Select a state.</p>
      )}
    </section>
  )
}
