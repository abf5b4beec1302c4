import { useState } from 'react'
import { Failure } from '~/data/failure'
import { useTasks } from '~/data/tasks'
import { Button } from '~/ui/button'
import { Confirm } from '~/ui/dialog'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { ActivityCard } from './activity'
import { CreateDialog } from './create'
import { type Activity, byActivity, useActivities, useActivityChange } from './data'

/** Activities, and which tasks wait for their workers. */
export function ActivitiesScreen() {
  const list = useActivities()
  const tasks = useTasks()
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<Activity>()
  const activities = list.data?.pages.flatMap(page => page.activities)
  const waiting = byActivity(tasks.data?.pages.flatMap(page => page.tasks) ?? [])
  const failure = [list.error, tasks.error].find(error => error instanceof Failure)
  return (
    <Page
      title="Activities"
      data-testid="activities"
      actions={
        <Button tone="ink" onPress={() => setCreating(true)} data-testid="new-activity">
          New activity
        </Button>
      }
    >
      <div className="flex max-w-[1200px] flex-col gap-3">
        {failure && (
          <FailureBox
            failure={failure}
            onRetry={() => void list.refetch()}
            what="The list could not be read."
          />
        )}
        {list.isPending && <Loading />}
        {activities?.length === 0 && (
          <Empty title="No activities yet" command="aws stepfunctions create-activity --name NAME">
            An activity is a queue of tasks for workers of your own: they ask for a task, do it, and send the
            result.
          </Empty>
        )}
        {activities?.map(activity => (
          <ActivityCard
            key={activity.activityArn}
            activity={activity}
            tasks={waiting.get(activity.activityArn) ?? []}
            onDelete={() => setDeleting(activity)}
          />
        ))}
        {(list.hasNextPage || tasks.hasNextPage) && (
          <Button
            className="self-center"
            onPress={() => {
              if (list.hasNextPage) void list.fetchNextPage()
              if (tasks.hasNextPage) void tasks.fetchNextPage()
            }}
          >
            {list.hasNextPage ? 'Show more' : 'Show more of who waits'}
          </Button>
        )}
      </div>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {deleting && <Deletion activity={deleting} onClose={() => setDeleting(undefined)} />}
    </Page>
  )
}

function Deletion({ activity, onClose }: { activity: Activity; onClose: () => void }) {
  const change = useActivityChange(onClose)
  return (
    <Confirm
      title={`Delete ${activity.name}?`}
      open
      onClose={onClose}
      word="Delete"
      busy={change.isPending}
      onConfirm={() => change.mutate({ remove: activity.activityArn })}
    >
      <div className="flex flex-col gap-3">
        <p>Workers that ask for its tasks are refused. Tasks that wait for it end by their timeouts only.</p>
        {change.error && <FailureBox failure={change.error} what="It was not deleted." />}
      </div>
    </Confirm>
  )
}
