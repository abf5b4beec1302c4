import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Failure } from '~/data/failure'
import { useTasks } from '~/data/tasks'
import type { OpenTask } from '~/data/types'
import { Button } from '~/ui/button'
import { cx } from '~/ui/cx'
import { MachineChip } from '~/ui/executions/machine-chip'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { useNarrow } from '~/ui/media'
import { Page } from '~/ui/page'
import { Inbox } from './inbox'
import { linkTo, stepOf, taskAt } from './keys'
import { Over } from './over'
import { TaskView } from './task'

const route = getRouteApi('/approvals')

/** Tasks that wait for somebody's answer. */
export function ApprovalsScreen() {
  const search = route.useSearch()
  const go = useNavigate()
  const list = useTasks(search.machine)
  const tasks = list.data?.pages.flatMap(page => page.tasks).filter(task => task.waitsFor === 'TOKEN') ?? []
  const current = taskAt(tasks, search)
  const asked = search.execution !== undefined && search.state !== undefined
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (asked && !current && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [asked, current, hasNextPage, isFetchingNextPage, fetchNextPage])
  const machine = search.machine ? { machine: search.machine } : {}
  const open = (task: OpenTask | undefined) =>
    void go({ to: '/approvals', search: { ...machine, ...(task && linkTo(task, tasks)) } })
  useStepping(tasks, current, open)
  // The address names it, so that the next one to wait does not push it away under somebody's hands.
  const narrow = useNarrow()
  // It is in the list until that is asked for again.
  const [answered, setAnswered] = useState<string>()
  const first = asked || narrow ? undefined : tasks.find(task => task.taskToken !== answered)
  const firstToken = first?.taskToken
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are new ones with each answer
  useEffect(() => {
    if (first) void go({ to: '/approvals', search: { ...machine, ...linkTo(first, tasks) }, replace: true })
  }, [firstToken])
  const over = asked && !current && !list.isPending && !hasNextPage && !list.error
  return (
    <Page
      title="Approvals"
      data-testid="approvals"
      actions={
        <MachineChip
          machine={search.machine}
          onChange={arn => void go({ to: '/approvals', search: arn ? { machine: arn } : {} })}
        />
      }
      fill
    >
      {list.error instanceof Failure && (
        <div className="p-4">
          <FailureBox
            failure={list.error}
            onRetry={() => void list.refetch()}
            what="The inbox could not be read."
          />
        </div>
      )}
      {list.isPending && <Loading />}
      {list.data && tasks.length === 0 && !over && (
        <Empty title="Nobody waits for an answer" command="stateline tokens list">
          A state whose Resource ends in .waitForTaskToken appears here while it waits. In a terminal:
        </Empty>
      )}
      {(tasks.length > 0 || over) && (
        <div className="flex min-h-0 flex-1">
          <div
            className={cx(
              'w-full overflow-auto border-line bg-surface md:w-80 md:shrink-0 md:border-r xl:w-96',
              asked && 'max-md:hidden',
              tasks.length === 0 && 'hidden',
            )}
          >
            <Inbox tasks={tasks} current={current} machine={search.machine} />
            {hasNextPage && (
              <div className="flex justify-center p-2">
                <Button onPress={() => void fetchNextPage()}>Show more</Button>
              </div>
            )}
          </div>
          <div className={cx('min-w-0 flex-1 overflow-auto', !asked && 'max-md:hidden')}>
            {asked && (
              <Button tone="quiet" className="m-2 md:hidden" onPress={() => open(undefined)}>
                ← All that wait
              </Button>
            )}
            {current && (
              <TaskView
                key={current.taskToken}
                task={current}
                link={linkTo(current, tasks)}
                onAnswered={() => {
                  setAnswered(current.taskToken)
                  open(tasks[tasks.indexOf(current) + 1] ?? tasks[tasks.indexOf(current) - 1])
                }}
              />
            )}
            {over && search.execution && search.state && (
              <Over execution={search.execution} state={search.state} event={search.event} />
            )}
          </div>
        </div>
      )}
    </Page>
  )
}

/** j and k anywhere but in a field; the arrows in the list. */
function useStepping(
  tasks: readonly OpenTask[],
  current: OpenTask | undefined,
  open: (task: OpenTask) => void,
) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
      if (target.closest('input, textarea, select, [role=dialog], [role=menu], [role=listbox]')) return
      if (event.key.startsWith('Arrow') && !target.closest('[data-testid=inbox]')) return
      const next = stepOf(event.key, tasks, current)
      if (!next) return
      event.preventDefault()
      open(next)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [tasks, current, open])
}
