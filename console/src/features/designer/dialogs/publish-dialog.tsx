import { useState } from 'react'
import { nameOf } from '~/data/arn'
import { notify } from '~/ui/feedback'
import { PublishVersionDialog } from '~/ui/publish-dialog'
import { publishVersion } from '../api/machines'
import { useDocument } from '../document/context'
import { useFacts, useSession } from '../session/context'

/** Publishes what is saved as a version, which never changes again. Refused when somebody else has saved since. */
export function PublishDialog({ onClose, onSave }: { onClose: () => void; onSave: () => Promise<boolean> }) {
  const session = useSession()
  const { stateMachineArn, baseRevisionId } = useFacts()
  const { dirty } = useDocument()
  const [failure, setFailure] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const publish = async (description: string) => {
    if (!stateMachineArn) return
    setBusy(true)
    setFailure(undefined)
    try {
      if (dirty && !(await onSave())) return
      // Saving has made another revision.
      const { baseRevisionId } = session.facts.get()
      const { stateMachineVersionArn } = await publishVersion(stateMachineArn, baseRevisionId, description)
      notify(`Version ${nameOf(stateMachineVersionArn)} is published.`)
      onClose()
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)))
    } finally {
      setBusy(false)
    }
  }
  return (
    <PublishVersionDialog
      word={dirty ? 'Save and publish' : 'Publish'}
      busy={busy}
      failure={failure}
      onPublish={description => void publish(description)}
      onClose={onClose}
    >
      A version keeps the definition as it is saved now
      {baseRevisionId && !dirty ? ` (revision ${baseRevisionId.slice(0, 8)})` : ''}. Executions can be started
      from it, and aliases can lead to it.
    </PublishVersionDialog>
  )
}
