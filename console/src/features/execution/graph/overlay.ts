import type { Program, StateId, StateNode } from '~/asl/program'
import type { Seconds } from '~/data/types'
import { edgeKey, type Overlay, type StateOverlay } from '~/graph'
import { stateIdOf } from '../fold/states'
import { type Entry, type EntryStatus, isContainer, isOpen, type Story } from '../fold/story'

/** What matters most is shown, when a state stands differently in several lanes. */
const RANK: EntryStatus[] = [
  'running',
  'waiting',
  'redrive',
  'failed',
  'timedOut',
  'aborted',
  'caught',
  'succeeded',
]

/** How each state of a definition stands in a story, and which ways were taken. */
export function overlayOf(story: Story, program: Program, now: Seconds): Overlay {
  const visits = new Map<StateId, Entry[]>()
  const taken = new Set<string>()
  const walked = new Set<string>()
  for (const entry of story.entries) {
    const id = stateIdOf(story, program, entry)
    if (id === undefined) continue
    const known = visits.get(id)
    if (known) known.push(entry)
    else visits.set(id, [entry])
    const before = story.entries[entry.after]
    if (!before) continue
    const from = stateIdOf(story, program, before)
    const node = from === undefined ? undefined : program.states.get(from)
    const way = `${from} ${before.status === 'caught' ? before.trouble?.error : ''} ${id}`
    if (!node || walked.has(way)) continue
    walked.add(way)
    const edge = edgeTaken(node, before, id, entry.name)
    if (edge) taken.add(edge)
  }
  const states = new Map<StateId, StateOverlay>()
  for (const [id, all] of visits) states.set(id, stateOverlay(story, all, program.states.get(id), now))
  return { states, taken }
}

/** The edge from one state to the next: of a Choice the first rule that leads there. */
function edgeTaken(from: StateNode, visit: Entry, to: StateId, name: string): string | undefined {
  if (visit.status === 'caught') {
    const error = visit.trouble?.error ?? ''
    const leading = from.catchers.filter(catcher => catcher.next === name)
    const fitting = leading.find(({ errors }) => errors.includes(error) || errors.includes('States.ALL'))
    const catcher = fitting ?? leading[0]
    if (catcher) return edgeKey(from.id, 'catch', catcher.index, to)
  }
  const rule = from.choices.find(choice => choice.next === name)
  if (rule) return edgeKey(from.id, 'choice', rule.index, to)
  if (from.fallback === name) return edgeKey(from.id, 'default', 0, to)
  return from.next === name ? edgeKey(from.id, 'next', 0, to) : undefined
}

function stateOverlay(
  story: Story,
  visits: Entry[],
  node: StateNode | undefined,
  now: Seconds,
): StateOverlay {
  // Of each lane the newest visit counts, of a container only lanes of its last attempt.
  const newest = new Map<number, Entry>()
  for (const visit of visits) if (isCurrent(story, visit)) newest.set(visit.lane, visit)
  const last = visits.at(-1)
  const shown = newest.size > 0 ? [...newest.values()] : last ? [last] : []
  const status = RANK.find(rank => shown.some(visit => visit.status === rank)) ?? 'aborted'
  const end = last && (last.ended?.at ?? (isOpen(last) ? now : undefined))
  const attempts = last && !isContainer(last) ? last.attempts.length : 0
  return {
    status: status === 'redrive' ? 'failed' : status,
    entries: visits.length,
    durationMs: last && end !== undefined ? Math.max(0, end - last.entered.at) * 1000 : undefined,
    attempts: attempts > 1 ? attempts : undefined,
    maxAttempts: attempts > 1 && node ? maxAttempts(node, last?.trouble?.error) : undefined,
    counts: countsOf(story, shown),
  }
}

function isCurrent(story: Story, visit: Entry): boolean {
  for (let lane = story.lanes[visit.lane]; lane && lane.container >= 0; ) {
    const outer = story.entries[lane.container]
    if (!outer || lane.attempt < outer.attempts.length - 1) return false
    lane = story.lanes[outer.lane]
  }
  return true
}

/** How often at most, the first time included: by the retrier that takes this error. */
function maxAttempts(node: StateNode, error: string | undefined): number | undefined {
  const retriers = Array.isArray(node.value.Retry) ? node.value.Retry : []
  const takes = (retrier: { ErrorEquals?: unknown }) =>
    Array.isArray(retrier?.ErrorEquals) &&
    retrier.ErrorEquals.some(one => one === error || one === 'States.ALL' || one === 'States.TaskFailed')
  const retrier = retriers.find(takes) ?? retriers[0]
  if (!retrier) return undefined
  const most = retrier.MaxAttempts ?? 3
  return typeof most === 'number' ? most + 1 : undefined
}

function countsOf(story: Story, shown: Entry[]): StateOverlay['counts'] {
  const counts = { done: 0, total: 0, failed: 0 }
  for (const visit of shown) {
    // The items of a Map Run have histories of their own.
    if (!isContainer(visit) || visit.mapRunArn) return undefined
    const lanes = visit.lanes.flatMap(index => {
      const lane = story.lanes[index]
      return lane && lane.attempt >= visit.attempts.length - 1 ? [lane] : []
    })
    counts.total += Math.max(visit.length ?? 0, lanes.length)
    for (const lane of lanes) {
      if (lane.status === 'succeeded') counts.done += 1
      if (lane.status === 'failed' || lane.status === 'timedOut') counts.failed += 1
    }
  }
  return counts.total > 0 ? counts : undefined
}
