import type { Attempt, Entry } from './story'

/** What somebody did for how long: the parts of a bar. */
export interface Span {
  kind: 'queued' | 'running' | 'waiting' | 'backoff'
  /** Seconds since 1970. */
  from: number
  to: number
}

/** Where the time of a visit went. `now` ends what is not over. */
export function spansOf(entry: Entry, now: number): Span[] {
  const end = entry.ended?.at ?? Math.max(now, entry.entered.at)
  if (entry.type === 'Wait') return [{ kind: 'waiting', from: entry.entered.at, to: end }]
  const spans: Span[] = []
  let at = entry.entered.at
  for (const attempt of entry.attempts) {
    const begun = (attempt.scheduled ?? attempt.started)?.at
    if (begun !== undefined) {
      if (begun > at) spans.push({ kind: spans.length > 0 ? 'backoff' : 'running', from: at, to: begun })
      spans.push(...spansOfAttempt(attempt, attempt.ended?.at ?? end))
    }
    at = attempt.ended?.at ?? end
  }
  if (at < end)
    spans.push({ kind: isFailing(entry) && !entry.ended ? 'backoff' : 'running', from: at, to: end })
  return spans
}

function isFailing(entry: Entry): boolean {
  const last = entry.attempts.at(-1)
  return last?.outcome === 'failed' || last?.outcome === 'timedOut'
}

/** A task is queued until it starts, runs until the service has taken it, then its end is waited for. */
export function spansOfAttempt(attempt: Attempt, end: number): Span[] {
  const { scheduled, started, submitted } = attempt
  const spans: Span[] = []
  if (scheduled) spans.push({ kind: 'queued', from: scheduled.at, to: started?.at ?? end })
  if (started) spans.push({ kind: 'running', from: started.at, to: submitted?.at ?? end })
  if (submitted) spans.push({ kind: 'waiting', from: submitted.at, to: end })
  return spans.filter(span => span.to >= span.from)
}

/** Milliseconds by kind. */
export function split(spans: readonly Span[]): Record<Span['kind'], number> {
  const sums = { queued: 0, running: 0, waiting: 0, backoff: 0 }
  for (const { kind, from, to } of spans) sums[kind] += Math.max(0, to - from) * 1000
  return sums
}
