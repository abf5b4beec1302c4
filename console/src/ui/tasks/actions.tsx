import { Hand } from 'lucide-react'
import { useState } from 'react'
import { type Answer, useAnswer } from '~/data/answer'
import type { OpenTask } from '~/data/types'
import { Button } from '../button'
import { Dialog } from '../dialog'
import { FailureBox, notify } from '../feedback'
import { ByHand } from './by-hand'

/** Answers for a worker that has a task: a result, an error, or a heartbeat. */
export function TaskActions({ task, token }: { task: OpenTask; token: string }) {
  const [open, setOpen] = useState(false)
  const answered = (answer: Answer) => {
    if (answer.kind === 'heartbeat') notify('A heartbeat was sent: the wait begins anew.')
    else {
      notify(`${task.stateName} ${answer.kind === 'succeed' ? 'goes on' : 'was failed'}.`)
      setOpen(false)
    }
  }
  const beat = useAnswer(token, answered)
  return (
    <>
      <Button small onPress={() => setOpen(true)} aria-label={`Answer for ${task.stateName}`}>
        <Hand size={12} aria-hidden="true" /> By hand…
      </Button>
      {open && (
        <Dialog
          title={`Answer for ${task.stateName}`}
          open
          onClose={() => setOpen(false)}
          wide
          data-testid="task-dialog"
          actions={
            <>
              <Button onPress={() => beat.mutate({ kind: 'heartbeat' })} isDisabled={beat.isPending}>
                Heartbeat
              </Button>
              <Button onPress={() => setOpen(false)}>Close</Button>
            </>
          }
        >
          <div className="flex flex-col gap-3">
            <p className="text-muted">
              {task.workerName ? `${task.workerName} has` : 'A worker has'} this task. An answer from here
              ends it; the worker's own comes too late then.
            </p>
            {beat.error && <FailureBox failure={beat.error} what="No heartbeat was taken." />}
            <ByHand token={token} onAnswered={answered} open />
          </div>
        </Dialog>
      )}
    </>
  )
}
