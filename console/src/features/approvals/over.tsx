import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { nameOf } from '~/data/arn'
import { aws } from '~/data/client'
import { Failure } from '~/data/failure'
import type { Execution, HistoryEvent } from '~/data/types'
import { FailureBox, Loading } from '~/ui/feedback'
import { Json } from '~/ui/json'
import { StatusBadge, statusOf } from '~/ui/status'
import { Time } from '~/ui/time'
import { type Outcome, outcomeOf } from './outcome'

/** The newest events that are looked through for the end of a task. */
const PAGES_MAX = 5

/** What became of a task that waits no longer. */
export function Over({ execution, state, event }: { execution: string; state: string; event?: string }) {
  const story = useQuery({
    queryKey: ['task-story', execution, state, event],
    queryFn: async ({ signal }) => {
      const described = await aws<Execution>('DescribeExecution', { executionArn: execution }, { signal })
      const events = await newest(execution, signal)
      return { described, outcome: outcomeOf(events, state, event === undefined ? undefined : Number(event)) }
    },
  })
  if (story.error instanceof Failure) {
    return (
      <div className="p-4">
        <FailureBox
          failure={story.error}
          what="The execution of this link cannot be read."
          onRetry={() => void story.refetch()}
        />
      </div>
    )
  }
  if (!story.data) return <Loading />
  const { described, outcome } = story.data
  return (
    <article aria-label={state} className="flex max-w-5xl flex-col gap-3 p-4" data-testid="task-over">
      <h2 className="text-title font-strong">{state}</h2>
      <p role="status">
        {outcome ? WORDS[outcome.kind] : missing(described)} {outcome && <Time at={outcome.at} />}
      </p>
      {outcome && <Said outcome={outcome} />}
      <p className="flex flex-wrap items-center gap-2">
        <StatusBadge status={statusOf(described.status)} />
        <Link
          to="/executions/$arn"
          params={{ arn: execution }}
          className="font-mono text-code text-text underline"
        >
          {nameOf(execution)}
        </Link>
      </p>
    </article>
  )
}

const WORDS: Record<Outcome['kind'], string> = {
  succeeded: 'This task was completed',
  failed: 'This task was failed',
  timedOut: 'Nobody answered in time: this task timed out',
}

function missing(execution: Execution): string {
  return execution.stopDate === undefined
    ? 'This task does not wait now: the execution has not come to it, or has gone on.'
    : 'This task waits no longer: its execution is over.'
}

function Said({ outcome }: { outcome: Outcome }) {
  return (
    <>
      {outcome.output !== undefined && <Json label="output" text={outcome.output} />}
      {outcome.error !== undefined && <p className="font-strong text-failed">{outcome.error}</p>}
      {outcome.cause && <p className="break-words">{outcome.cause}</p>}
    </>
  )
}

async function newest(executionArn: string, signal: AbortSignal): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  let nextToken: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer: { events: HistoryEvent[]; nextToken?: string } = await aws(
      'GetExecutionHistory',
      { executionArn, reverseOrder: true, maxResults: 1000, nextToken },
      { signal },
    )
    events.push(...answer.events)
    nextToken = answer.nextToken
    if (!nextToken) break
  }
  return events
}
