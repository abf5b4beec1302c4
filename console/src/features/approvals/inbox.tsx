import { Link } from '@tanstack/react-router'
import { machineNameOf, nameOf } from '~/data/arn'
import type { OpenTask } from '~/data/types'
import { cx } from '~/ui/cx'
import { Deadline } from '~/ui/tasks/deadline'
import { Time } from '~/ui/time'
import { linkTo } from './keys'

/** Who waits, for what, since when. */
export function Inbox({
  tasks,
  current,
  machine,
}: {
  tasks: readonly OpenTask[]
  current: OpenTask | undefined
  machine: string | undefined
}) {
  return (
    <ul aria-label="Waiting tasks" data-testid="inbox">
      {tasks.map(task => (
        <li key={task.taskToken ?? `${task.executionArn} ${task.stateName}`}>
          <Link
            to="/approvals"
            search={{ ...(machine ? { machine } : {}), ...linkTo(task, tasks) }}
            aria-current={task === current ? 'true' : undefined}
            data-execution-id={task.executionArn}
            data-state={task.stateName}
            activeOptions={{ exact: true }}
            className={cx(
              'flex flex-col border-line border-b px-3 py-2 text-text no-underline outline-offset-[-2px] hover:bg-hover',
              task === current && 'bg-selected',
            )}
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="truncate font-strong">{task.stateName}</span>
              <span className="shrink-0 text-label">
                {task.deadline !== undefined && <Deadline at={task.deadline} />}
              </span>
            </span>
            <span className="flex justify-between gap-3 text-label text-muted">
              <span className="truncate">
                {machineNameOf(task.stateMachineArn)} · {task.executionName ?? nameOf(task.executionArn)}
              </span>
              <span className="shrink-0">
                <Time at={task.since} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
