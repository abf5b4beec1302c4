import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { StatusBadge, statusOf } from '~/ui/status'
import { Facts } from './facts'
import { Panes } from './panes'
import type { Looking } from './selection'
import { useDescription, useLiveStory, useMachineOf } from './use-execution'

const route = getRouteApi('/executions/$arn')

/** One execution: what happened, live or long ago. */
export function ExecutionScreen() {
  const { arn } = route.useParams()
  const looking = route.useSearch()
  const navigate = route.useNavigate()
  const onLook = useCallback(
    (change: Looking) =>
      navigate({ search: before => ({ ...before, ...change }), replace: !('view' in change) }),
    [navigate],
  )
  const { story, execution: told, caughtUp, failure } = useLiveStory(arn)
  const status = told?.status ?? story.status
  const described = useDescription(arn, told?.status)
  const machine = useMachineOf(arn, story.redrives.length)
  const execution = described.data || told ? { ...described.data, ...told } : undefined
  const name = execution?.name ?? arn.split(':').at(-1) ?? arn
  return (
    <Page
      fill
      title={name}
      data-testid="execution"
      path={
        execution?.stateMachineArn && (
          <>
            <Link
              to="/machines/$arn"
              params={{ arn: execution.stateMachineArn }}
              className="truncate text-muted"
            >
              {machine.data?.name ?? execution.stateMachineArn.split(':')[6]}
            </Link>
            <span className="text-muted">/</span>
          </>
        )
      }
      actions={execution && <StatusBadge status={statusOf(status)} />}
    >
      <div className="flex min-h-0 flex-1 flex-col" data-execution-id={arn} data-status={status}>
        {failure && <FailureBox failure={failure} />}
        {execution && <Facts story={story} execution={execution} />}
        {!caughtUp && story.count === 0 && !failure ? (
          <Loading what="Reading the history" />
        ) : (
          <Panes story={story} looking={looking} onLook={onLook} linked />
        )}
      </div>
    </Page>
  )
}
