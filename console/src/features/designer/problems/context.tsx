import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { onReturn } from '~/data/connection'
import { diagnostics } from '../api/language'
import { useSession } from '../session/context'
import { Store, useStore } from '../store'
import { Checker, type Found } from './checker'

const nothing = new Store<Found>({ problems: [], state: 'checking' })
const Context = createContext<Store<Found>>(nothing)

/** Checks what is open, for as long as it is. */
export function ProblemsProvider({ children }: { children: ReactNode }) {
  const session = useSession()
  const [found, setFound] = useState(nothing)
  useEffect(() => {
    const checker = new Checker(session.document, (source, signal) =>
      diagnostics({ source, machineType: session.facts.get().machineType }, signal),
    )
    setFound(checker.found)
    let type = session.facts.get().machineType
    const offFacts = session.facts.subscribe(() => {
      if (session.facts.get().machineType === type) return
      type = session.facts.get().machineType
      checker.again()
    })
    const offReturn = onReturn(() => checker.again(0))
    return () => {
      offFacts()
      offReturn()
      checker.stop()
    }
  }, [session])
  return <Context.Provider value={found}>{children}</Context.Provider>
}

/** What the server says is wrong with the text, with places in the text of now. */
export function useProblems(): Found {
  return useStore(useContext(Context))
}
