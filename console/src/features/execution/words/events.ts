import type { HistoryEvent } from '~/data/types'
import { detailsOf } from '../fold/details'
import type { Story } from '../fold/story'

/** What an event says, in a short sentence. */
export function whatHappened(story: Story, event: HistoryEvent): string {
  const details = detailsOf(event)
  const told = WORDS[event.type] ?? wordsOf(event.type)
  const lane = story.lanes[story.laneAt[event.id] ?? 0]
  const extra: string[] = []
  if (details.error !== undefined) extra.push(details.error)
  if (details.cause) extra.push(details.cause.replace(/\s+/g, ' ').slice(0, 200))
  if (event.type === 'MapStateStarted' && details.length !== undefined) extra.push(`${details.length} items`)
  if (event.type.startsWith('MapIteration')) extra.push(`item ${details.index ?? lane?.number ?? 0}`)
  if (details.workerName) extra.push(details.workerName)
  if (details.redriveCount) extra.push(`redrive ${details.redriveCount}`)
  if (details.assignedVariables) extra.push(`sets ${Object.keys(details.assignedVariables).join(', ')}`)
  if (details.location) extra.push(`in ${details.location}`)
  return extra.length > 0 ? `${told}: ${extra.join(' · ')}` : told
}

const WORDS: Record<string, string> = {
  ExecutionStarted: 'The execution began',
  ExecutionSucceeded: 'The execution succeeded',
  ExecutionFailed: 'The execution failed',
  ExecutionAborted: 'The execution was stopped',
  ExecutionTimedOut: 'The execution took longer than its timeout',
  ExecutionRedriven: 'Redriven: what was unfinished goes on',
  TaskScheduled: 'The call is due',
  TaskStarted: 'The call goes out',
  TaskSubmitted: 'The service has taken it; its result is waited for',
  TaskSucceeded: 'The call succeeded',
  TaskFailed: 'The call failed',
  TaskTimedOut: 'The call took longer than its timeout',
  TaskStartFailed: 'The call could not go out',
  TaskSubmitFailed: 'The service did not take it',
  LambdaFunctionScheduled: 'The function is due',
  LambdaFunctionStarted: 'The function is called',
  LambdaFunctionSucceeded: 'The function returned',
  LambdaFunctionFailed: 'The function failed',
  LambdaFunctionTimedOut: 'The function took longer than its timeout',
  ActivityScheduled: 'Waits for a worker',
  ActivityStarted: 'A worker took it',
  ActivitySucceeded: 'The worker succeeded',
  ActivityFailed: 'The worker failed',
  ActivityTimedOut: 'No worker answered in time',
  EvaluationFailed: 'An expression has no value',
  MapStateStarted: 'The Map begins its items',
  MapStateSucceeded: 'All items are done',
  MapStateFailed: 'The Map failed',
  MapIterationStarted: 'An item begins',
  MapIterationSucceeded: 'An item is done',
  MapIterationFailed: 'An item failed',
  MapIterationAborted: 'An item was stopped',
  MapRunStarted: 'The Map Run begins',
  MapRunSucceeded: 'The Map Run succeeded',
  MapRunFailed: 'The Map Run failed',
  MapRunAborted: 'The Map Run was stopped',
  MapRunRedriven: 'The Map Run goes on',
  ParallelStateStarted: 'The branches begin',
  ParallelStateSucceeded: 'All branches are done',
  ParallelStateFailed: 'A branch failed',
}

function wordsOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'Entered'
  if (type.endsWith('StateExited')) return 'Exited'
  if (type.endsWith('StateAborted')) return 'Stopped'
  return type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}
