import { useState } from 'react'
import { type Answer, useAnswer } from '~/data/answer'
import { jsonFault } from '~/data/json-fault'
import { Button } from '../button'
import { FailureBox } from '../feedback'
import { Field } from '../field'
import { JsonField } from '../json-field'

/** For those who know what the workflow expects: any output, or any error. */
export function ByHand({
  token,
  onAnswered,
  open,
}: {
  token: string
  onAnswered: (answer: Answer) => void
  open?: boolean
}) {
  const answer = useAnswer(token, onAnswered)
  const [output, setOutput] = useState('{}')
  const [error, setError] = useState('')
  const [cause, setCause] = useState('')
  return (
    <details open={open} className="rounded-control border border-line bg-surface" data-testid="by-hand">
      <summary className="cursor-pointer px-3 py-2 text-muted">By hand: any output, or any error</summary>
      <div className="grid gap-6 border-line border-t p-3 lg:grid-cols-2">
        <div className="flex flex-col gap-2">
          <JsonField label="Output" value={output} onChange={setOutput} rows={5} data-testid="hand-output" />
          <div>
            <Button
              onPress={() => answer.mutate({ kind: 'succeed', output })}
              isDisabled={answer.isPending || jsonFault(output) !== undefined}
              data-testid="hand-succeed"
            >
              Complete with this output
            </Button>
          </div>
        </div>
        <div className="flex flex-col gap-2">
          <Field label="Error" value={error} onChange={setError} maxLength={256} data-testid="hand-error" />
          <Field label="Cause" value={cause} onChange={setCause} maxLength={32_768} rows={3} />
          <div>
            <Button
              tone="danger"
              onPress={() => answer.mutate({ kind: 'fail', error, cause })}
              isDisabled={answer.isPending}
              data-testid="hand-fail"
            >
              Fail with this error
            </Button>
          </div>
        </div>
        {answer.error && (
          <div className="lg:col-span-2">
            <FailureBox failure={answer.error} what="The answer was not taken." />
          </div>
        )}
      </div>
    </details>
  )
}
