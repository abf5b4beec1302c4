import type { HistoryEvent } from '~/data/types'
import { detailsOf } from '../fold/details'
import type { Story } from '../fold/story'

/** Kinds the table can be narrowed to. */
export const KINDS = [
  { id: 'all', label: 'All events' },
  { id: 'failures', label: 'Failures' },
  { id: 'states', label: 'States entered and left' },
  { id: 'tasks', label: 'Tasks and calls' },
  { id: 'containers', label: 'Maps and branches' },
  { id: 'execution', label: 'Start, end, redrives' },
] as const

const PATTERNS: Record<string, RegExp> = {
  failures: /(Failed|TimedOut|Aborted)$|^FailStateEntered$/,
  states: /State(Entered|Exited)$/,
  tasks: /^(Task(?!State)|LambdaFunction|Activity)|^EvaluationFailed$/,
  containers: /^(Map|Parallel)/,
  execution: /^Execution/,
}

/** Events that fit the kind and hold the text, in their type, state, error, resource or data. */
export function narrow(
  story: Story,
  kind: string | undefined,
  find: string | undefined,
): readonly HistoryEvent[] {
  const all = story.events.length === story.count ? story.events : story.events.slice(0, story.count)
  const pattern = PATTERNS[kind ?? '']
  const text = find?.trim().toLowerCase()
  if (!pattern && !text) return all
  return all.filter(event => {
    if (pattern && !pattern.test(event.type)) return false
    return !text || holds(story, event, text)
  })
}

function holds(story: Story, event: HistoryEvent, text: string): boolean {
  if (String(event.id) === text || event.type.toLowerCase().includes(text)) return true
  const state = story.entries[story.entryAt[event.id] ?? -1]?.name
  if (state?.toLowerCase().includes(text)) return true
  for (const value of Object.values(detailsOf(event))) {
    if (typeof value === 'string' && value.toLowerCase().includes(text)) return true
  }
  return false
}

/** The resource an event speaks of, without the parts that are the same for all. */
export function resourceOf(event: HistoryEvent): string {
  const { resource, resourceType, mapRunArn } = detailsOf(event)
  if (mapRunArn) return `map run ${mapRunArn.split(':').at(-1)}`
  if (!resource) return ''
  if (resource.startsWith('arn:')) return resource.split(':').slice(5).join(':')
  return resourceType ? `${resourceType}:${resource}` : resource
}

/** `+1.234 s`: when it was, counted from the start. */
export function offset(millis: number): string {
  if (millis < 60_000) return `+${(millis / 1000).toFixed(3)} s`
  const minutes = Math.floor(millis / 60_000)
  const rest = ((millis % 60_000) / 1000).toFixed(1).padStart(4, '0')
  if (minutes < 60) return `+${minutes}:${rest}`
  return `+${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}
