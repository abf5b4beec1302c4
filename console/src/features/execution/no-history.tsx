import { Link } from '@tanstack/react-router'
import type { Failure } from '~/data/failure'
import { Empty, FailureBox } from '~/ui/feedback'

/** Why there is nothing to see of an execution, and what keeps the next one. */
export function NoHistory({ arn, failure }: { arn: string; failure: Failure }) {
  if (!arn.includes(':express:')) {
    return (
      <div className="p-4">
        <FailureBox failure={failure} what="This execution cannot be shown" />
        <p className="mt-3 text-muted">
          It may be gone, or belong to another account or region.{' '}
          <Link className="underline" to="/executions">
            See all executions
          </Link>
        </p>
      </div>
    )
  }
  return (
    <Empty title="Express executions keep no history">
      <p>
        As on AWS, an Express execution is not recorded: there is nothing to list, to show or to redrive. To
        keep them on this server, put these lines into stateline.toml and start it again; executions from then
        on are shown from their end on.
      </p>
      <p className="text-label">The server says: {failure.message}</p>
    </Empty>
  )
}
