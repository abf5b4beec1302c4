import { Link } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { nameOf } from '~/data/arn'
import { cliLine } from '~/data/cli'
import type { OpenTask } from '~/data/types'
import { IconButton } from '~/ui/button'
import { Copy } from '~/ui/copy'
import { type Column, Table } from '~/ui/table'
import { TaskActions } from '~/ui/tasks/actions'
import { Deadline } from '~/ui/tasks/deadline'
import { Time } from '~/ui/time'
import type { Activity } from './data'

/** Waiting tasks that are shown at first. */
const SHOWN = 20

/** One activity: who waits for it, and how a worker is started. */
export function ActivityCard(props: { activity: Activity; tasks: OpenTask[]; onDelete: () => void }) {
  const { activity, tasks, onDelete } = props
  const [all, setAll] = useState(false)
  const taken = tasks.filter(task => task.waitsFor === 'RESULT').length
  const line = cliLine('get-activity-task', {
    'activity-arn': activity.activityArn,
    'worker-name': 'me',
  })
  return (
    <article
      aria-label={activity.name}
      data-testid="activity"
      data-activity={activity.name}
      className="flex flex-col gap-2 rounded-control border border-line bg-surface p-3"
    >
      <header className="flex items-center gap-2">
        <h2 className="min-w-0 truncate text-head font-strong">{activity.name}</h2>
        <span className="text-muted">
          {tasks.length === 0
            ? 'nobody waits'
            : `${tasks.length - taken} wait for a worker, ${taken} at work`}
        </span>
        <span className="ml-auto inline-flex">
          <Copy text={activity.activityArn} label={`Copy the ARN of ${activity.name}`} />
          <IconButton small label={`Delete ${activity.name}`} onPress={onDelete}>
            <Trash2 size={14} aria-hidden="true" />
          </IconButton>
        </span>
      </header>
      {tasks.length > 0 && (
        <Table
          label={`Tasks for ${activity.name}`}
          columns={COLUMNS}
          rows={all ? tasks : tasks.slice(0, SHOWN)}
          rowKey={task => `${task.executionArn} ${task.stateName} ${task.scheduledEventId}`}
          rowProps={task => ({ 'data-execution-id': task.executionArn })}
        />
      )}
      {!all && tasks.length > SHOWN && (
        <button
          type="button"
          className="cursor-pointer self-start py-1 underline"
          onClick={() => setAll(true)}
        >
          Show all {tasks.length}
        </button>
      )}
      <div className="flex items-start gap-1 text-muted">
        <code
          className="min-w-0 flex-1 break-all py-1 font-mono text-code"
          title="A worker asks for a task so"
        >
          {line}
        </code>
        <Copy text={line} label={`Copy the command of a worker of ${activity.name}`} />
      </div>
    </article>
  )
}

const COLUMNS: Column<OpenTask>[] = [
  {
    id: 'execution',
    head: 'Execution',
    cell: task => (
      <Link
        to="/executions/$arn"
        params={{ arn: task.executionArn }}
        className="block truncate py-1 font-mono text-code text-text hover:underline"
      >
        {task.executionName ?? nameOf(task.executionArn)}
      </Link>
    ),
    className: 'max-w-56',
  },
  { id: 'state', head: 'State', minor: true, cell: task => task.stateName },
  {
    id: 'who',
    head: 'Worker',
    cell: task =>
      task.waitsFor === 'WORKER' ? (
        <span className="text-muted">waits for one</span>
      ) : (
        (task.workerName ?? 'without a name')
      ),
  },
  { id: 'since', head: 'Since', minor: true, cell: task => <Time at={task.since} /> },
  { id: 'deadline', head: 'Deadline', minor: true, cell: task => <Deadline at={task.deadline} /> },
  {
    id: 'actions',
    head: <span className="sr-only">Actions</span>,
    align: 'end',
    cell: task => (task.taskToken ? <TaskActions task={task} token={task.taskToken} /> : null),
  },
]
