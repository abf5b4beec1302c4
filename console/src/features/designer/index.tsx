import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useScope } from '~/data/scope'
import { FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { DraftOffer } from './dialogs/questions'
import { ProblemsProvider } from './problems/context'
import { Designer } from './screen/designer'
import { SessionProvider, useFacts } from './session/context'
import type { Session } from './session/session'
import { useKeeping } from './session/use-keeping'
import { useOpening } from './session/use-opening'
import { useStore } from './store'

const route = getRouteApi('/design')

/** Opens what the address says: a machine, a draft, or a template. */
export function DesignerScreen() {
  const wanted = route.useSearch()
  const scope = useScope()
  const { session, failure, retry, show } = useOpening(wanted, scope)
  if (failure) {
    return (
      <Page title="Designer">
        <FailureBox failure={failure} what="This cannot be opened." onRetry={retry} />
      </Page>
    )
  }
  if (!session) {
    return (
      <Page title="Designer">
        <Loading />
      </Page>
    )
  }
  return (
    <SessionProvider key={session.key} session={session}>
      <ProblemsProvider>
        <Open session={session} />
        <DraftOffer opening={session.opening} onOpen={show} />
      </ProblemsProvider>
    </SessionProvider>
  )
}

function Open({ session }: { session: Session }) {
  useKeeping(session)
  useAddress(session)
  return <Designer />
}

/** Once a new definition is kept, the address leads to its draft: a reload finds it again. */
function useAddress(session: Session) {
  const { local, server } = useStore(session.autosave.state)
  const { id, stateMachineArn } = useFacts()
  const kept = local === 'kept' || server === 'kept'
  const { draft } = route.useSearch()
  const go = useNavigate()
  useEffect(() => {
    if (kept && !stateMachineArn && draft !== id)
      void go({ to: '/design', search: { draft: id }, replace: true })
  }, [kept, stateMachineArn, draft, id, go])
}
