import { useCallback, useMemo, useState } from 'react'
import { languageOf } from '~/asl/fields'
import type { StateId } from '~/asl/program'
import { useDocument } from '../document/context'
import { useSession } from '../session/context'
import { Drawer, type Shown } from '../try/drawer'
import { followRename } from '../try/samples'
import { MachineForm } from './form/machine-form'
import { FormProvider, Typing } from './form/scope'
import { StateForm } from './form/state-form'

/** What is selected, as forms: a state, with what it does to data below, or the machine itself. */
export function Inspector() {
  const { reading, selection } = useDocument()
  const session = useSession()
  // biome-ignore lint/correctness/useExhaustiveDependencies: one for each definition that is opened
  const typing = useMemo(() => new Typing(), [session.key])
  const [drawer, setDrawer] = useState<Shown>()
  const onRenamed = useCallback((from: StateId, to: StateId) => followRename(session, from, to), [session])
  const { program } = reading
  const state = selection === undefined ? undefined : program?.states.get(selection)
  return (
    <section
      data-document-undo
      aria-label="Inspector"
      className="flex h-full flex-col bg-surface"
      data-testid="inspector"
    >
      <div key={state?.id} className="min-h-0 flex-1 overflow-auto">
        {program ? (
          <FormProvider
            program={program}
            state={state}
            language={languageOf(program, state)}
            typing={typing}
            onRenamed={onRenamed}
          >
            {!reading.current && (
              <p className="m-0 bg-caught-tint px-3 py-2 text-label text-caught" data-testid="forms-old">
                The text cannot be read now. These are the forms of what could be read last.
              </p>
            )}
            {state ? <StateForm state={state} /> : <MachineForm />}
          </FormProvider>
        ) : (
          <p className="p-4 text-muted">The forms come back when the text can be read.</p>
        )}
      </div>
      {state && <Drawer state={state} pending={typing.pending} shown={drawer} onShow={setDrawer} />}
    </section>
  )
}
