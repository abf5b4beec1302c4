import { Link } from '@tanstack/react-router'
import { HeartPulse, Link2 } from 'lucide-react'
import { type Answer, isOver, useAnswer } from '~/data/answer'
import { machineArnOf, machineNameOf, nameOf } from '~/data/arn'
import type { OpenTask } from '~/data/types'
import { Button } from '~/ui/button'
import { copyText } from '~/ui/copy'
import { notify } from '~/ui/feedback'
import { Json } from '~/ui/json'
import { ByHand } from '~/ui/tasks/by-hand'
import { Deadline } from '~/ui/tasks/deadline'
import { Time } from '~/ui/time'
import { Decide } from './decide'
import { findForm, withoutForm } from './form/schema'
import type { TaskLink } from './keys'

/** One task: what it asks, and the ways to answer. */
export function TaskView({
  task,
  link,
  onAnswered,
}: {
  task: OpenTask
  link: TaskLink
  onAnswered: () => void
}) {
  const token = task.taskToken ?? ''
  const form = findForm(task.parameters)
  const answered = (answer: Answer) => {
    if (answer.kind === 'heartbeat') return
    notify(
      `${task.stateName} of ${nameOf(task.executionArn)} ${answer.kind === 'succeed' ? 'goes on' : 'was failed'}.`,
    )
    onAnswered()
  }
  return (
    <article
      aria-label={task.stateName}
      className="flex max-w-[1400px] flex-col gap-4 p-4"
      data-testid="task"
    >
      <header className="flex flex-wrap items-start gap-2">
        <h2 className="mr-auto min-w-0 break-words text-title font-strong">{task.stateName}</h2>
        <ShareButton link={link} />
        {task.heartbeatDeadline !== undefined && <Heartbeat token={token} />}
      </header>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-muted">Execution</dt>
        <dd className="truncate">
          <Link
            to="/executions/$arn"
            params={{ arn: task.executionArn }}
            className="font-mono text-code text-text underline"
          >
            {task.executionName ?? nameOf(task.executionArn)}
          </Link>
        </dd>
        <dt className="text-muted">Machine</dt>
        <dd className="truncate">
          <Link
            to="/machines/$arn"
            params={{ arn: machineArnOf(task.stateMachineArn) }}
            className="text-text underline"
          >
            {machineNameOf(task.stateMachineArn)}
          </Link>
        </dd>
        <dt className="text-muted">Waits since</dt>
        <dd>
          <Time at={task.since} />
        </dd>
        <dt className="text-muted">Deadline</dt>
        <dd>
          <Deadline at={task.deadline} />
        </dd>
        {task.heartbeatDeadline !== undefined && (
          <>
            <dt className="text-muted">Next heartbeat</dt>
            <dd>
              <Deadline at={task.heartbeatDeadline} />
            </dd>
          </>
        )}
      </dl>
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <Decide task={task} token={token} form={form} onAnswered={answered} />
        {task.parameters !== undefined && (
          <section aria-label="What is asked" className="flex min-w-0 flex-col gap-1 max-xl:order-first">
            <h3 className="text-label text-muted">Parameters of the task{form && ', without the form'}</h3>
            <Json
              label="parameters"
              text={withoutForm(task.parameters)}
              className="max-h-64 overflow-auto bg-surface xl:max-h-none"
            />
          </section>
        )}
      </div>
      <ByHand token={token} onAnswered={answered} />
    </article>
  )
}

function ShareButton({ link }: { link: TaskLink }) {
  const share = async () => {
    const query = new URLSearchParams(Object.entries(link).filter(([, value]) => value !== undefined))
    const address = `${location.href.replace(/#.*/, '')}#/approvals?${query}`
    if (await copyText(address))
      notify('The link is copied. It opens this task for everybody who may see it.')
    else notify('The browser did not let the console copy. The address of this page is the link.', 'bad')
  }
  return (
    <Button onPress={share} data-testid="share">
      <Link2 size={14} aria-hidden="true" /> Copy link
    </Button>
  )
}

function Heartbeat({ token }: { token: string }) {
  const beat = useAnswer(token, () => notify('A heartbeat was sent: the wait begins anew.'))
  const send = () =>
    beat.mutate(
      { kind: 'heartbeat' },
      {
        onError: error =>
          notify(
            isOver(error) ? 'Too late: the task is over.' : `No heartbeat was taken: ${error.message}`,
            'bad',
          ),
      },
    )
  return (
    <Button onPress={send} isDisabled={beat.isPending} data-testid="heartbeat">
      <HeartPulse size={14} aria-hidden="true" /> Heartbeat
    </Button>
  )
}
