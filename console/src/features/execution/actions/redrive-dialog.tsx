import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { machineArnOf } from '~/data/arn'
import { aws } from '~/data/client'
import type { Execution } from '~/data/types'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox, notify } from '~/ui/feedback'

interface Props {
  execution: Partial<Execution>
  arn: string
  open: boolean
  onClose: () => void
  onDone: () => void
}

/** Lets an execution go on where it stood, or says why it cannot. */
export function RedriveDialog({ execution, arn, open, onClose, onDone }: Props) {
  const can = execution.redriveStatus === undefined || execution.redriveStatus === 'REDRIVABLE'
  const redrive = useMutation({
    mutationFn: () => aws('RedriveExecution', { executionArn: arn, clientToken: crypto.randomUUID?.() }),
    onSuccess: () => {
      notify('It goes on.')
      onDone()
      onClose()
    },
  })
  return (
    <Dialog
      title={can ? 'Redrive this execution' : 'This execution cannot be redriven'}
      open={open}
      onClose={onClose}
      data-testid="redrive-dialog"
      actions={
        <>
          <Button onPress={onClose}>{can ? 'Cancel' : 'Close'}</Button>
          {can && (
            <Button
              tone="ink"
              isDisabled={redrive.isPending}
              onPress={() => redrive.mutate()}
              data-testid="redrive-yes"
            >
              Redrive
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {can ? (
          <p>
            What had succeeded stays. What had not goes on with the input it was given, with the definition
            that this execution was started with, and its retries count from the beginning.
          </p>
        ) : (
          <p data-testid="redrive-reason">{execution.redriveStatusReason ?? reasonOf(execution.status)}</p>
        )}
        <p className="text-muted">
          If the definition itself is at fault, open and mend it, then start again with the same input.
        </p>
        <p className="flex flex-wrap gap-4">
          {execution.stateMachineArn && (
            <Link
              className="underline"
              to="/design"
              search={{ arn: machineArnOf(execution.stateMachineArn) }}
            >
              Open the definition
            </Link>
          )}
          <Link className="underline" to="/start" search={{ execution: arn }}>
            Start again with this input
          </Link>
        </p>
        {redrive.error && <FailureBox failure={redrive.error} />}
      </div>
    </Dialog>
  )
}

function reasonOf(status: string | undefined): string {
  if (status === 'RUNNING')
    return 'It runs still. Only what failed, timed out or was stopped can be redriven.'
  if (status === 'SUCCEEDED') return 'It succeeded: nothing is unfinished.'
  return 'The server does not say why.'
}
