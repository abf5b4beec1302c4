import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { Program, Source, StateId } from '~/asl/program'
import { notify } from '~/ui/feedback'
import type { Change, Command, DesignDocument, Snapshot } from './document'

const Context = createContext<DesignDocument | undefined>(undefined)

export function DocumentProvider({ document, children }: { document: DesignDocument; children: ReactNode }) {
  return <Context.Provider value={document}>{children}</Context.Provider>
}

export interface DocumentHandle extends Snapshot {
  /** For what needs the document as of now, in an event handler: `document.read()`, say. */
  document: DesignDocument
  dispatch: (change: Change) => void
  /** Carries out a command of `~/asl/edits`, such as `(source, program) => renameState(source, program,
   * id, name)`. Says in passing why it could not be done; false then. */
  run: (work: (source: Source, program: Program) => Command) => boolean
  select: (id: StateId | undefined) => void
  undo: () => boolean
  redo: () => boolean
}

/** The document that is open, as it stands. The caller is rendered again after every change. */
export function useDocument(): DocumentHandle {
  const document = useContext(Context)
  if (!document) throw new Error('The designer has no document here')
  const snapshot = useSyncExternalStore(document.subscribe, document.snapshot)
  return {
    ...snapshot,
    document,
    dispatch: change => document.dispatch(change),
    run: work => told(document.run(work)),
    select: id => document.select(id),
    undo: document.undo,
    redo: document.redo,
  }
}

function told(refused: string | undefined): boolean {
  if (refused !== undefined) notify(refused, 'bad')
  return refused === undefined
}
