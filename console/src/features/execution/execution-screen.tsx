import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { machineArnOf, machineNameOf, nameOf } from '~/data/arn'
import type { Execution } from '~/data/types'
import { FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { StatusBadge, statusOf } from '~/ui/status'
import { useNow } from '~/ui/time'
import { Actions } from './actions/actions'
import { Announce } from './announce'
import { Facts } from './facts'
import { WhatWentWrong } from './header'
import { NoHistory } from './no-history'
import { Panes } from './panes'
import { ReplayBar } from './replay-bar'
import type { Looking } from './selection'
import { useDescription, useLiveStory, useMachineOf } from './use-execution'
import { useProgram } from './use-program'
import { useReplay } from './use-replay'

const route = getRouteApi('/executions/$arn')

/** One execution: what happened, live or long ago. */
export function ExecutionScreen() {
  const { arn } = route.useParams()
  // Another execution is another screen: nothing of the first is kept.
  return <OneExecution key={arn} arn={arn} />
}

function OneExecution({ arn }: { arn: string }) {
  const looking: Looking = route.useSearch()
  const navigate = route.useNavigate()
  const onLook = useCallback(
    (change: Looking) =>
      void navigate({ search: before => ({ ...before, ...change }), replace: !('view' in change) }),
    [navigate],
  )
  const { story, execution: told, caughtUp, failure, again } = useLiveStory(arn)
  const status = told?.status ?? story.status
  const described = useDescription(arn, told?.status)
  const machine = useMachineOf(arn)
  const { program, isSketch } = useProgram(machine.data?.definition, story, machine.isError)
  const replay = useReplay(story, looking, onLook)
  const clock = useNow()
  const now = replay.at !== undefined || status !== 'RUNNING' ? (replay.last ?? clock) : clock
  const execution: Partial<Execution> | undefined =
    described.data || told ? { ...described.data, ...told } : undefined
  const known = execution !== undefined || story.count > 0
  return (
    <Page
      fill
      title={execution?.name ?? nameOf(arn)}
      data-testid="execution"
      path={<MachineLink execution={execution} arn={arn} />}
      actions={
        execution && (
          <>
            <StatusBadge status={statusOf(status)} />
            <Actions arn={arn} execution={execution} story={story} onRedriven={again} />
          </>
        )
      }
    >
      <div
        className="flex min-h-0 flex-1 flex-col max-md:overflow-auto"
        data-execution-id={arn}
        data-status={status}
      >
        {failure && known && (
          <FailureBox failure={failure} what="The history cannot be followed" onRetry={again} />
        )}
        {execution && <Facts story={story} execution={execution} arn={arn} />}
        {!known && failure && <NoHistory arn={arn} failure={failure} />}
        {!known && !failure && <Loading what="Reading the history" />}
        {known && (
          <>
            <WhatWentWrong
              story={replay.shown}
              redrivable={execution?.redriveStatus === 'REDRIVABLE'}
              onOpen={(_, event) => onLook({ event: String(event), state: undefined })}
            />
            <Panes
              story={replay.shown}
              now={now}
              program={program}
              isSketch={isSketch}
              looking={looking}
              onLook={onLook}
              linked={arn}
            />
            <ReplayBar story={story} at={replay.at} onAt={replay.setAt} />
          </>
        )}
        <Announce story={story} ready={caughtUp || story.count > 0} />
      </div>
    </Page>
  )
}

function MachineLink({ execution, arn }: { execution?: Partial<Execution>; arn: string }) {
  if (!execution?.stateMachineArn) return null
  // Items of a Map Run belong to the machine that has the Map.
  const machine = machineArnOf(execution.stateMachineArn)
  return (
    <>
      <Link to="/machines/$arn" params={{ arn: machine }} className="truncate text-muted">
        {machineNameOf(arn)}
      </Link>
      <span className="text-muted" aria-hidden="true">
        /
      </span>
    </>
  )
}
