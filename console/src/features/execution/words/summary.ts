import type { Entry, Story, Trouble } from '../fold/story'
import { adviceOf } from './errors'

/** What went wrong, where, and what to do about it. Names stand apart, to be set as code. */
export interface Summary {
  /** The visit to look at. */
  entry?: Entry
  /** After the state's name: `failed after 3 attempts`. */
  did: string
  error?: string
  /** What the error means, where that is known. */
  means?: string
  /** The cause, shortened; not when it is JSON. */
  cause?: string
  todo: string
  /** The number of the last attempt, when there were several. */
  attempt?: number
}

const CAUSE_MAX = 240

/** In plain words what a bad end was; nothing for a good one, or while it runs. */
export function summaryOf(story: Story, redrivable: boolean): Summary | undefined {
  if (story.status === 'RUNNING' || story.status === 'SUCCEEDED') return undefined
  if (story.status === 'ABORTED') return aborted(story, redrivable)
  const entry = story.entries[story.culprit]
  const trouble = entry?.trouble ?? story.trouble ?? {}
  const error = trouble.error ?? story.trouble?.error
  const advice = adviceOf(error)
  if (story.status === 'TIMED_OUT') {
    const stood = story.entries.findLast(one => one.status === 'timedOut' && one.lanes.length === 0)
    const todo = redrivable
      ? 'Redrive to go on from there, or allow the machine more time.'
      : 'Allow the machine more time.'
    return { entry: stood, did: 'was not done when the time of the execution was over', todo }
  }
  const attempts = entry?.attempts.length ?? 0
  const again = againFrom(entry, redrivable)
  return {
    entry,
    did: attempts > 1 ? `failed after ${attempts} attempts` : 'failed',
    error,
    means: advice?.means,
    cause: shortCause(trouble),
    todo: advice?.todo ?? (attempts > 1 ? `${again} Attempt ${attempts} shows what it ran into.` : again),
    attempt: attempts > 1 ? attempts : undefined,
  }
}

/** What may help when nothing is known of the error. A Fail state that is redriven fails at once. */
function againFrom(entry: Entry | undefined, redrivable: boolean): string {
  if (entry?.type === 'Fail') {
    return 'The workflow itself ends here: look at what led to it, and start again with this input when the reason is gone.'
  }
  return redrivable ? 'Redrive to go on from there.' : 'Start again with this input when the reason is gone.'
}

function aborted(story: Story, redrivable: boolean): Summary {
  const entry = story.entries.findLast(one => one.status === 'aborted' && one.lanes.length === 0)
  return {
    entry,
    did: 'ran when the execution was stopped',
    error: story.trouble?.error,
    cause: shortCause(story.trouble ?? {}),
    todo: redrivable ? 'Redrive to go on from there.' : 'Start again with this input to run it anew.',
  }
}

/** The cause in a line: of JSON its message, if it has one. */
export function shortCause({ cause }: Trouble): string | undefined {
  if (!cause) return undefined
  const text = messageIn(cause) ?? cause
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > CAUSE_MAX ? `${line.slice(0, CAUSE_MAX - 1)}…` : line
}

function messageIn(cause: string): string | undefined {
  if (!/^\s*\{/.test(cause)) return undefined
  try {
    const value: Record<string, unknown> = JSON.parse(cause)
    for (const key of ['errorMessage', 'message', 'Message', 'Cause', 'Error']) {
      const text = value[key]
      if (typeof text === 'string' && text) return text
    }
  } catch {
    // Then it is told as it is.
  }
  return undefined
}

/** What changed between two stories, for the live region: at most one sentence. */
export function announcement(before: Story, after: Story): string | undefined {
  if (after.status !== before.status) {
    if (after.status === 'RUNNING') return 'The execution goes on.'
    const summary = summaryOf(after, false)
    if (!summary) return 'The execution succeeded.'
    return `The execution has ended: ${summary.entry?.name ?? 'it'} ${summary.did}${summary.error ? `, ${summary.error}` : ''}.`
  }
  const fresh = after.entries.slice(before.entries.length)
  const names = [...new Set(fresh.map(entry => entry.name))]
  if (names.length === 0) return undefined
  return names.length > 3 ? `${fresh.length} states were entered.` : `Entered: ${names.join(', ')}.`
}
