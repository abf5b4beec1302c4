import type { HistoryEvent } from '~/data/types'

/** How a task ended, as its history tells. */
export interface Outcome {
  kind: 'succeeded' | 'failed' | 'timedOut'
  at: number
  output?: string
  error?: string
  cause?: string
}

const ENDS: Record<string, Outcome['kind']> = {
  TaskSucceeded: 'succeeded',
  TaskFailed: 'failed',
  TaskTimedOut: 'timedOut',
}

/** The newest end of a task of this state, or of the one that the event `scheduled` began. */
export function outcomeOf(
  events: readonly HistoryEvent[],
  state: string,
  scheduled?: number,
): Outcome | undefined {
  const known = new Map(events.map(event => [event.id, event]))
  const newest = [...events].sort((a, b) => b.id - a.id)
  for (const event of newest) {
    const kind = ENDS[event.type]
    if (kind && belongsTo(event, state, scheduled, known))
      return { kind, at: event.timestamp, ...saidBy(event) }
  }
  return undefined
}

function belongsTo(
  event: HistoryEvent,
  state: string,
  scheduled: number | undefined,
  known: Map<number, HistoryEvent>,
): boolean {
  let at = known.get(event.previousEventId ?? 0)
  let hit = scheduled === undefined
  while (at) {
    hit ||= at.id === scheduled
    if (at.type === 'TaskStateEntered') {
      const details = at.stateEnteredEventDetails as { name?: string } | undefined
      return hit && details?.name === state
    }
    at = known.get(at.previousEventId ?? 0)
  }
  return false
}

function saidBy(event: HistoryEvent): Pick<Outcome, 'output' | 'error' | 'cause'> {
  const name = `${event.type.charAt(0).toLowerCase()}${event.type.slice(1)}EventDetails`
  const details = (event[name] ?? {}) as Record<string, unknown>
  const text = (key: string) => (typeof details[key] === 'string' ? (details[key] as string) : undefined)
  return { output: text('output'), error: text('error'), cause: text('cause') }
}
