import { createContext, type ReactNode, useContext } from 'react'
import { DocumentProvider } from '../document/context'
import { useStore } from '../store'
import type { Facts, Session } from './session'

const Context = createContext<Session | undefined>(undefined)

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <Context.Provider value={session}>
      <DocumentProvider document={session.document}>{children}</DocumentProvider>
    </Context.Provider>
  )
}

/** What is open, for event handlers and for what it is made of. */
export function useSession(): Session {
  const session = useContext(Context)
  if (!session) throw new Error('Nothing is open in the designer here')
  return session
}

/** Type, name, role and sample inputs; the caller is rendered again when one changes. */
export function useFacts(): Facts {
  return useStore(useSession().facts)
}
