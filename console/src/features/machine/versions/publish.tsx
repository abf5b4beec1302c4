import type { Machine } from '~/data/types'
import { PublishVersionDialog } from '~/ui/publish-dialog'
import { useVersionChange } from './aliases'

/** Publishes what the machine is now as a version. Refused when it has become something else meanwhile. */
export function PublishDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const change = useVersionChange(machine.stateMachineArn, onClose)
  const publish = (description: string) =>
    change.mutate({
      operation: 'PublishStateMachineVersion',
      input: {
        stateMachineArn: machine.stateMachineArn,
        description: description || undefined,
        revisionId: machine.revisionId,
      },
    })
  return (
    <PublishVersionDialog
      busy={change.isPending}
      failure={change.error}
      onPublish={publish}
      onClose={onClose}
    >
      A version keeps the definition and the settings as they are now; it never changes.
    </PublishVersionDialog>
  )
}
