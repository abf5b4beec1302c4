import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { aws } from '~/data/client'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox, notify } from '~/ui/feedback'
import { Field } from '~/ui/field'

/** Stops an execution, with a reason for those who look later. */
export function StopDialog({ arn, open, onClose }: { arn: string; open: boolean; onClose: () => void }) {
  const [error, setError] = useState('')
  const [cause, setCause] = useState('')
  const stop = useMutation({
    mutationFn: () =>
      aws('StopExecution', { executionArn: arn, error: error || undefined, cause: cause || undefined }),
    onSuccess: () => {
      notify('The execution is stopped.')
      onClose()
    },
  })
  return (
    <Dialog
      title="Stop this execution"
      open={open}
      onClose={onClose}
      data-testid="stop-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="danger"
            isDisabled={stop.isPending}
            onPress={() => stop.mutate()}
            data-testid="stop-yes"
          >
            Stop it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          What runs now is called off. What was done stays done; a redrive can go on from here later. Both
          fields are shown with the execution.
        </p>
        <Field
          label="Error (optional)"
          value={error}
          onChange={setError}
          maxLength={256}
          placeholder="Cancelled"
        />
        <Field label="Cause (optional)" value={cause} onChange={setCause} maxLength={32_768} rows={3} />
        {stop.error && <FailureBox failure={stop.error} />}
      </div>
    </Dialog>
  )
}
