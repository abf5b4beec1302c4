import { useState } from 'react'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox, notify } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { publishVersion } from '../api/machines'
import { useDocument } from '../document/context'
import { useFacts } from '../session/context'

/** Publishes what is saved as a version, which never changes again. */
export function PublishDialog({ onClose, onSave }: { onClose: () => void; onSave: () => Promise<boolean> }) {
  const { stateMachineArn, baseRevisionId } = useFacts()
  const { dirty } = useDocument()
  const [description, setDescription] = useState('')
  const [failure, setFailure] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const publish = async () => {
    if (!stateMachineArn) return
    setBusy(true)
    setFailure(undefined)
    try {
      if (dirty && !(await onSave())) return
      const { stateMachineVersionArn } = await publishVersion(stateMachineArn, undefined, description)
      notify(`Version ${stateMachineVersionArn.split(':').pop()} is published.`)
      onClose()
    } catch (error) {
      setFailure(error as Error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="Publish a version"
      open
      onClose={onClose}
      data-testid="publish-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="ink" isDisabled={busy} onPress={publish} data-testid="publish-yes">
            {dirty ? 'Save and publish' : 'Publish'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">
          A version keeps the definition as it is saved now
          {baseRevisionId ? ` (revision ${baseRevisionId.slice(0, 8)})` : ''}. Executions can be started from
          it, and aliases can lead to it.
        </p>
        <Field
          label="Description"
          value={description}
          onChange={setDescription}
          rows={3}
          maxLength={256}
          autoFocus
          data-testid="version-description"
        />
        {failure && <FailureBox failure={failure} what="No version was published." />}
      </div>
    </Dialog>
  )
}
