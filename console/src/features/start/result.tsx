import { Json } from '~/ui/json'
import { StatusBadge, statusOf } from '~/ui/status'
import { duration } from '~/ui/time'
import type { SyncAnswer } from './use-start'

/** What a synchronous Express execution answered. */
export function SyncResult({ answer }: { answer: SyncAnswer }) {
  const took = duration((answer.stopDate - answer.startDate) * 1000)
  const billed = answer.billingDetails?.billedDurationInMilliseconds
  return (
    <section
      aria-label="Result"
      data-testid="sync-result"
      data-execution-id={answer.executionArn}
      className="flex flex-col gap-2 rounded-control border border-line bg-surface p-3"
    >
      <div role="status" className="flex flex-wrap items-center gap-3">
        <StatusBadge status={statusOf(answer.status)} />
        <span>{took}</span>
        {billed !== undefined && <span className="text-muted">billed {duration(billed)}</span>}
      </div>
      {answer.error !== undefined && <p className="font-strong text-failed">{answer.error}</p>}
      {answer.cause !== undefined && <Json label="cause" text={answer.cause} />}
      {answer.output !== undefined && <Json label="output" text={answer.output} />}
    </section>
  )
}
