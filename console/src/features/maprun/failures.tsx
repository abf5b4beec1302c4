import { Link } from '@tanstack/react-router'
import { Failure } from '~/data/failure'
import { FailureBox } from '~/ui/feedback'
import { FAILURES_MAX, useFailures } from './data'
import { groupsOf } from './figures'
import type { MapRun } from './types'

/** What went wrong, by error: how often, for example where, and all of them as a list. */
export function Failures({ run }: { run: MapRun }) {
  const failures = useFailures(run)
  if (run.executionCounts.failed + run.executionCounts.timedOut === 0) return null
  const groups = groupsOf(failures.data ?? [])
  return (
    <section aria-label="Failures" className="flex flex-col gap-2" data-testid="failure-groups">
      <h2 className="font-strong">Failures by error</h2>
      {failures.error instanceof Failure && (
        <FailureBox failure={failures.error} onRetry={() => void failures.refetch()} />
      )}
      <ul className="rounded-control border border-line bg-surface">
        {groups.map(group => (
          <li
            key={group.error}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-line border-b px-3 py-2 last:border-b-0"
          >
            <span className="min-w-12 text-right font-strong">{group.count.toLocaleString('en')}</span>
            <span className="min-w-0 flex-1 basis-48 break-words">
              <span className="font-strong text-failed">{group.error}</span>
              {group.example.cause && <span className="text-muted"> {group.example.cause}</span>}
            </span>
            <Link
              to="/executions/$arn"
              params={{ arn: group.example.executionArn }}
              className="text-text underline max-sm:py-2"
            >
              An example
            </Link>
            <Link
              to="/executions"
              search={{ mapRun: run.mapRunArn, status: ['FAILED', 'TIMED_OUT'], search: group.error }}
              className="text-text underline max-sm:py-2"
            >
              All of them
            </Link>
          </li>
        ))}
      </ul>
      {failures.data && failures.data.length >= FAILURES_MAX && (
        <p className="text-label text-muted">
          These are the newest {FAILURES_MAX.toLocaleString('en')} failures.
        </p>
      )}
    </section>
  )
}
