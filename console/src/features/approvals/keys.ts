import type { OpenTask } from '~/data/types'

/** What the address says of a task. */
export interface TaskLink {
  execution?: string
  state?: string
  event?: string
}

/** The task that a link means: with several of one state, the one of its event, else the first. */
export function taskAt(tasks: readonly OpenTask[], link: TaskLink): OpenTask | undefined {
  const same = tasks.filter(task => task.executionArn === link.execution && task.stateName === link.state)
  if (link.event === undefined) return same[0]
  return same.find(task => String(task.scheduledEventId) === link.event)
}

/** The shortest link that means this task among these. */
export function linkTo(
  task: OpenTask,
  tasks: readonly OpenTask[],
): Required<Omit<TaskLink, 'event'>> & TaskLink {
  const link = { execution: task.executionArn, state: task.stateName }
  const several = tasks.filter(one => one.executionArn === link.execution && one.stateName === link.state)
  if (several.length < 2 || task.scheduledEventId === undefined) return link
  return { ...link, event: String(task.scheduledEventId) }
}

/** A step through the list by a key; without a task in view, its first. Nothing for other keys. */
export function stepOf(
  key: string,
  tasks: readonly OpenTask[],
  current: OpenTask | undefined,
): OpenTask | undefined {
  const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key]
  if (!by) return undefined
  const at = current ? tasks.indexOf(current) : -1
  return at < 0 ? tasks[0] : tasks[at + by]
}
