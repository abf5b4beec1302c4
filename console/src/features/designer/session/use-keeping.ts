import { useEffect } from 'react'
import { onReturn } from '~/data/connection'
import type { Session } from './session'

/** Keeps what is typed for as long as the session is on the screen, and guards what nobody has kept. */
export function useKeeping(session: Session) {
  useEffect(() => {
    session.start()
    const offReturn = onReturn(() => void session.autosave.flush())
    const guard = (event: BeforeUnloadEvent) => {
      void session.autosave.flush()
      if (session.autosave.wouldLose) event.preventDefault()
    }
    window.addEventListener('beforeunload', guard)
    return () => {
      offReturn()
      window.removeEventListener('beforeunload', guard)
      session.stop()
    }
  }, [session])
}
