import { useEffect } from 'react'
import { onReturn } from '~/data/connection'
import type { Session } from './session'

/** How often the server is asked what others do. It forgets a tab that is silent for twice as long. */
const LOOK_MILLIS = 15_000

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
    const offLooking = lookAgain(session)
    return () => {
      offReturn()
      offLooking()
      window.removeEventListener('beforeunload', guard)
      session.stop()
    }
  }, [session])
}

/** Looks for others while the page is seen, and as soon as it is seen again. */
function lookAgain(session: Session) {
  const look = () => {
    if (document.visibilityState === 'visible') void session.autosave.look()
  }
  const timer = setInterval(look, LOOK_MILLIS)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}
