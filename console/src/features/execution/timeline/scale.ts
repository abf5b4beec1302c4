import type { Seconds } from '~/data/types'
import { spansOf } from '../fold/latency'
import type { Story } from '../fold/story'

/** A stretch in which nothing ran, drawn short. */
interface Break {
  from: Seconds
  to: Seconds
}

/** From real time to drawn time, which leaves breaks out but for a short piece. Both in seconds. */
export interface Scale {
  from: Seconds
  to: Seconds
  breaks: Break[]
  /** Drawn length of each break. */
  piece: number
  /** Drawn length of all. */
  length: number
}

const IDLE_SECONDS_MIN = 5
const IDLE_TIMES_MEDIAN = 10
/** A break takes this part of what is drawn beside it, and all of them together at most that part. */
const PIECE = 0.08
const PIECES_MAX = 0.4

export function scaleOf(story: Story, now: Seconds, folding: boolean): Scale {
  const from = story.started?.at ?? story.events[0]?.timestamp ?? now
  const last = story.ended?.at ?? Math.max(now, story.events[story.count - 1]?.timestamp ?? from)
  const to = Math.max(last, from + 0.001)
  const breaks = folding ? breaksOf(story, to) : []
  const idle = breaks.reduce((sum, gap) => sum + gap.to - gap.from, 0)
  // Where next to nothing happened beside it, a break fills what there is.
  const active = Math.max(to - from - idle, 0)
  const piece = Math.max(active, 1e-4) * Math.min(PIECE, PIECES_MAX / Math.max(1, breaks.length))
  return { from, to, breaks, piece, length: active + breaks.length * piece }
}

/** Gaps between events that are long, for this history too, and in which no call was out. */
function breaksOf(story: Story, to: Seconds): Break[] {
  const times = story.events.slice(0, story.count).map(event => event.timestamp)
  times.push(to)
  times.sort((a, b) => a - b)
  const gaps: Break[] = []
  for (let at = 1; at < times.length; at++) gaps.push({ from: times[at - 1] ?? 0, to: times[at] ?? 0 })
  const lengths = gaps.map(gap => gap.to - gap.from).sort((a, b) => a - b)
  const median = lengths[lengths.length >> 1] ?? 0
  const least = Math.max(IDLE_SECONDS_MIN, median * IDLE_TIMES_MEDIAN)
  const long = gaps.filter(gap => gap.to - gap.from > least)
  if (long.length === 0) return []
  const busy = busyOf(story, to)
  return long.filter(gap => !overlaps(busy, gap))
}

/** When some call was out: united, in order. */
function busyOf(story: Story, now: Seconds): Break[] {
  const spans = story.entries
    .filter(entry => entry.lanes.length === 0 && entry.attempts.length > 0)
    .flatMap(entry => spansOf(entry, now).filter(span => span.kind === 'running'))
    .sort((a, b) => a.from - b.from)
  const united: Break[] = []
  for (const { from, to } of spans) {
    const last = united.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else united.push({ from, to })
  }
  return united
}

function overlaps(busy: readonly Break[], gap: Break): boolean {
  let low = 0
  let high = busy.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((busy[middle]?.to ?? 0) <= gap.from) low = middle + 1
    else high = middle
  }
  const first = busy[low]
  return first !== undefined && first.from < gap.to
}

/** Where a moment is drawn, in drawn seconds from the start. */
export function drawn(scale: Scale, at: Seconds): number {
  let left = 0
  for (const gap of scale.breaks) {
    if (at >= gap.to) left += gap.to - gap.from - scale.piece
    else if (at > gap.from) {
      const into = (at - gap.from) / (gap.to - gap.from)
      return gap.from - scale.from - left + into * scale.piece
    } else break
  }
  return at - scale.from - left
}

/** The moment that is drawn there. */
export function momentAt(scale: Scale, place: number): Seconds {
  let left = 0
  for (const gap of scale.breaks) {
    const begins = gap.from - scale.from - left
    if (place <= begins) break
    if (place < begins + scale.piece) {
      return gap.from + ((place - begins) / scale.piece) * (gap.to - gap.from)
    }
    left += gap.to - gap.from - scale.piece
  }
  return scale.from + place + left
}

/** What is in view, in drawn seconds. */
export interface View {
  from: number
  to: number
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]

/** A round step, in seconds, of at least this length. */
export function niceStep(least: number): number {
  if (least <= 0.5) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-4)))
    return [1, 2, 5, 10].map(times => times * power).find(step => step >= least * 0.999) ?? power * 10
  }
  return STEPS.find(step => step >= least) ?? Math.ceil(least / 86_400) * 86_400
}

/** Moments for the axis, at least `gap` drawn seconds apart; none inside a break. */
export function ticksOf(scale: Scale, view: View, gap: number): { at: Seconds; place: number }[] {
  const step = niceStep(gap)
  const ticks: { at: Seconds; place: number }[] = []
  const pieces = [scale.from, ...scale.breaks.flatMap(one => [one.from, one.to]), scale.to]
  for (let at = 0; at < pieces.length; at += 2) {
    const from = Math.max(pieces[at] ?? 0, momentAt(scale, Math.max(0, view.from)))
    const to = Math.min(pieces[at + 1] ?? 0, momentAt(scale, Math.min(scale.length, view.to)))
    for (let n = Math.ceil((from - scale.from) / step - 1e-6); ; n++) {
      const moment = scale.from + n * step
      if (moment > to + step * 1e-6) break
      const place = drawn(scale, moment)
      if (place - (ticks.at(-1)?.place ?? Number.NEGATIVE_INFINITY) >= gap * 0.9)
        ticks.push({ at: moment, place })
    }
  }
  return ticks
}
