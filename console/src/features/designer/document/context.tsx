import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { StateId } from '~/asl/program'
import type { Change, DesignDocument, Snapshot } from './document'

const Context = createContext<DesignDocument | undefined>(undefined)

export function DocumentProvider({ document, children }: { document: DesignDocument; children: ReactNode }) {
  return <Context.Provider value={document}>{children}</Context.Provider>
}

export interface DocumentHandle extends Snapshot {
  /** For what needs the document as of now, in an event handler: `document.read()`, say. */
  document: DesignDocument
  dispatch: (change: Change) => void
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
    select: id => document.select(id),
    undo: document.undo,
    redo: document.redo,
  }
}
