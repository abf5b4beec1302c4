import { aws } from '~/data/client'
import { executionPage } from '~/data/executions'
import type { HistoryEvent } from '~/data/types'

/** One time that a state ran: what went in, what came of its work, what went out. */
export interface Run {
  input?: string
  output?: string
  result?: string
  error?: { error?: string; cause?: string }
}

export interface RecentRun extends Run {
  executionArn: string
  executionName: string
}

interface Details {
  name?: string
  input?: string
  output?: string
  error?: string
  cause?: string
}

/** The detail that an event carries; its name follows from the type. */
function detailsOf(event: HistoryEvent): Details {
  const key = Object.keys(event).find(name => name.endsWith('EventDetails'))
  return key === undefined ? {} : ((event[key] ?? {}) as Details)
}

const RESULT = /^(Task|LambdaFunction|Activity)Succeeded$/
const FAILURE = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|SubmitFailed|StartFailed|ScheduleFailed)$/

/** The last time that a state of this name was entered, with what followed from it. */
export function lastRunOf(events: readonly HistoryEvent[], name: string): Run | undefined {
  const entries = new Map<number, number>()
  const runs = new Map<number, Run>()
  for (const event of [...events].sort((a, b) => a.id - b.id)) {
    const details = detailsOf(event)
    if (event.type.endsWith('StateEntered')) {
      entries.set(event.id, event.id)
      if (details.name === name) runs.set(event.id, { input: details.input })
      continue
    }
    const entry = entries.get(event.previousEventId ?? 0)
    if (entry !== undefined) entries.set(event.id, entry)
    const run = runs.get(entry ?? -1)
    if (!run) continue
    if (RESULT.test(event.type)) run.result = details.output
    else if (FAILURE.test(event.type)) run.error = { error: details.error, cause: details.cause }
    else if (event.type.endsWith('StateExited') && details.name === name) run.output = details.output
  }
  return [...runs.values()].at(-1)
}

/** So many executions are looked through, newest first. */
const EXECUTIONS_MAX = 10
const EVENTS_MAX = 1000

/** The newest run of a state among the last executions of its machine. */
export async function recentRun(
  machine: string,
  state: string,
  signal?: AbortSignal,
): Promise<RecentRun | undefined> {
  const { executions } = await executionPage({ machine }, undefined, signal, EXECUTIONS_MAX)
  for (const { executionArn, name } of executions) {
    const { events } = await aws<{ events: HistoryEvent[] }>(
      'GetExecutionHistory',
      { executionArn, maxResults: EVENTS_MAX },
      { signal },
    ).catch(() => ({ events: [] }))
    const run = lastRunOf(events, state)
    if (run?.input !== undefined) return { ...run, executionArn, executionName: name }
  }
  return undefined
}
