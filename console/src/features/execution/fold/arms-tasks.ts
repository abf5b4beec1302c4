import type { HistoryEvent } from '~/data/types'
import type { Details } from './details'
import { type Draft, momentOf } from './draft'
import { taskOf } from './find'
import type { Attempt, Entry } from './story'

/** `Task…`, `LambdaFunction…` and `Activity…`: what the attempts of a Task do. */
export function task(draft: Draft, event: HistoryEvent, details: Details) {
  const entry = draft.entry(taskOf(draft, event, details.resource)?.index ?? -1)
  if (!entry) return draft.place(event, -1, draft.before(event).lane)
  const step = event.type.replace(/^(Task|LambdaFunction|Activity)/, '')
  const last = entry.attempts.at(-1)
  if (step === 'Scheduled' || !last || last.outcome !== 'open') begin(entry, event, details)
  advance(entry, step, event, details)
  draft.place(event, entry.index, entry.lane)
}

function begin(entry: Entry, event: HistoryEvent, details: Details) {
  const kind = event.type.startsWith('Lambda')
    ? 'lambda'
    : event.type.startsWith('Activity')
      ? 'activity'
      : 'task'
  entry.attempts.push({
    kind,
    outcome: 'open',
    resourceType: details.resourceType ?? kind,
    resource: details.resource,
    scheduled: momentOf(event),
    parameters: details.parameters ?? details.input,
    timeoutSeconds: details.timeoutInSeconds,
    heartbeatSeconds: details.heartbeatInSeconds,
    redriven: entry.status === 'redrive' || undefined,
  })
}

function advance(entry: Entry, step: string, event: HistoryEvent, details: Details) {
  const attempt = entry.attempts.at(-1)
  if (!attempt) return
  const at = momentOf(event)
  switch (step) {
    case 'Scheduled':
      break
    case 'Started':
      attempt.started = at
      attempt.worker = details.workerName
      break
    case 'Submitted':
      attempt.submitted = at
      attempt.answer = details.output
      break
    case 'Succeeded':
      attempt.outcome = 'succeeded'
      attempt.result = details.output
      attempt.ended = at
      entry.trouble = undefined
      break
    default:
      attempt.outcome = step === 'TimedOut' ? 'timedOut' : 'failed'
      attempt.ended = at
      attempt.trouble = { error: details.error, cause: details.cause }
      entry.trouble = attempt.trouble
  }
  entry.status = waits(attempt) ? 'waiting' : 'running'
}

/** Whether somebody else has the next move: a worker or the holder of a token. */
function waits(attempt: Attempt): boolean {
  if (attempt.outcome !== 'open') return false
  if (attempt.kind === 'activity') return !attempt.started
  return attempt.submitted !== undefined && (attempt.resource ?? '').includes('.waitForTaskToken')
}
