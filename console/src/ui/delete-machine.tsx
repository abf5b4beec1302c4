import { nameOf } from '~/data/arn'
import { useDeleteMachine } from '~/data/delete-machine'
import { Confirm } from './dialog'
import { FailureBox, notify } from './feedback'

/** Asks, then deletes a state machine. */
export function DeleteMachine({
  arn,
  running,
  onClose,
  onDeleted,
}: {
  arn: string
  running?: number
  onClose: () => void
  onDeleted?: () => void
}) {
  const name = nameOf(arn)
  const remove = useDeleteMachine(() => {
    notify(`${name} is being deleted: it is DELETING until its executions have ended.`)
    onClose()
    onDeleted?.()
  })
  return (
    <Confirm
      title={`Delete ${name}?`}
      open
      onClose={onClose}
      word="Delete"
      busy={remove.isPending}
      onConfirm={() => remove.mutate(arn)}
    >
      <div className="flex flex-col gap-3">
        <p>
          The state machine goes, with its versions and aliases. Until then its status is DELETING and nothing
          can be started.
        </p>
        {running !== undefined && running > 0 && (
          <p className="text-failed">
            {running === 1 ? 'One execution runs and ends' : `${running} executions run and end`} at the next
            transition.
          </p>
        )}
        {remove.error && <FailureBox failure={remove.error} what="It was not deleted." />}
      </div>
    </Confirm>
  )
}
