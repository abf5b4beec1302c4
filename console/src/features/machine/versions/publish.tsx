import { useState } from 'react'
import type { Machine } from '~/data/types'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { useVersionChange } from './aliases'

/** Publishes what the machine is now as a version. Refused when it has become something else meanwhile. */
export function PublishDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [description, setDescription] = useState('')
  const change = useVersionChange(machine.stateMachineArn, onClose)
  const publish = () =>
    change.mutate({
      operation: 'PublishStateMachineVersion',
      input: {
        stateMachineArn: machine.stateMachineArn,
        description: description || undefined,
        revisionId: machine.revisionId,
      },
    })
  return (
    <Dialog
      title="Publish a version"
      open
      onClose={onClose}
      data-testid="publish-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="ink" isDisabled={change.isPending} onPress={publish} data-testid="publish-go">
            Publish
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>A version keeps the definition and the settings as they are now; it never changes.</p>
        <Field
          label="Description (optional)"
          value={description}
          onChange={setDescription}
          maxLength={256}
          autoFocus
        />
        {change.error && <FailureBox failure={change.error} what="It was not published." />}
      </div>
    </Dialog>
  )
}
