import { useCallback, useEffect, useRef, useState } from 'react'
import type { ScopeChoice } from '~/data/scope'
import { open, type Wanted } from './open'
import { type Opening, Session } from './session'

interface Opened {
  session?: Session
  failure?: Error
}

/** The session that the address asks for. It stays while the address names what it has become. */
export function useOpening(wanted: Wanted, scope: ScopeChoice | undefined) {
  const [opened, setOpened] = useState<Opened>({})
  const [attempt, setAttempt] = useState(0)
  const current = useRef<{ session: Session; place: string }>(undefined)
  const { arn, draft, template, language } = wanted
  const place = `${scope?.account}/${scope?.region}`

  const show = useCallback(
    (opening: Opening) => {
      const session = new Session(opening)
      current.current = { session, place }
      setOpened({ session })
    },
    [place],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens again
  useEffect(() => {
    const open_ = current.current
    if (open_ && open_.place === place && isStill(open_.session, { arn, draft, template })) return
    let stale = false
    setOpened({})
    open({ arn, draft, template, language }).then(
      opening => !stale && show(opening),
      error => !stale && setOpened({ failure: error instanceof Error ? error : new Error(String(error)) }),
    )
    return () => {
      stale = true
    }
  }, [arn, draft, template, language, place, attempt, show])

  return { ...opened, show, retry: () => setAttempt(attempt + 1) }
}

/** Whether the address names what is open: the machine that it was saved as, or its draft. */
function isStill(session: Session, { arn, draft }: Wanted): boolean {
  const { id, stateMachineArn } = session.facts.get()
  if (arn) return arn === stateMachineArn
  return draft !== undefined && draft === id
}
