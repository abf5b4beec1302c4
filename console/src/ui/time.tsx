import { useEffect, useState, useSyncExternalStore } from 'react'

const KEY = 'stateline.utc'
const listeners = new Set<() => void>()
let utc = (() => {
  try {
    return localStorage.getItem(KEY) === 'yes'
  } catch {
    return false
  }
})()

export function setUtc(next: boolean) {
  utc = next
  try {
    localStorage.setItem(KEY, next ? 'yes' : 'no')
  } catch {
    // Kept until the page is loaded again.
  }
  for (const listener of listeners) listener()
}

export function useUtc(): boolean {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => utc,
  )
}

/** `2026-11-21 19:34:05.123`, in UTC or as the browser's clock has it. */
export function exactTime(seconds: number, inUtc: boolean): string {
  const at = new Date(seconds * 1000)
  if (Number.isNaN(at.getTime())) return 'at no known time'
  const shifted = inUtc ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted
    .toISOString()
    .replace('T', ' ')
    .replace('Z', inUtc ? ' UTC' : '')
}

const STEPS: [number, string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** `3 min ago`, `in 2 h`, `now`. */
export function relativeTime(seconds: number, now: number): string {
  const away = Math.abs(now - seconds)
  const step = STEPS.find(([size]) => away >= size)
  if (!step) return 'now'
  const amount = `${Math.floor(away / step[0])} ${step[1]}`
  return seconds > now ? `in ${amount}` : `${amount} ago`
}

/** `12 ms`, `3.4 s`, `5 min 3 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(millis: number): string {
  if (millis < 0) return '0 ms'
  if (millis < 1000) return `${Math.round(millis)} ms`
  if (millis < 60_000) return `${(millis / 1000).toFixed(millis < 10_000 ? 2 : 1)} s`
  const seconds = Math.floor(millis / 1000)
  const pairs: [number, string, number, string][] = [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ]
  for (const [size, word, part, partWord] of pairs) {
    if (seconds < size) continue
    const rest = Math.floor((seconds % size) / part)
    return rest
      ? `${Math.floor(seconds / size)} ${word} ${rest} ${partWord}`
      : `${Math.floor(seconds / size)} ${word}`
  }
  return `${seconds} s`
}

let clock = Date.now() / 1000
const ticks = new Set<() => void>()
setInterval(() => {
  clock = Date.now() / 1000
  for (const tick of ticks) tick()
}, 1000)

/** The time of day in seconds, once a second. */
export function useNow(): number {
  const [now, set] = useState(clock)
  useEffect(() => {
    const tick = () => set(clock)
    ticks.add(tick)
    return () => {
      ticks.delete(tick)
    }
  }, [])
  return now
}

/** A moment: relative to now, exact on hover and for screen readers. */
export function Time({ at, exact = false }: { at: number | undefined; exact?: boolean }) {
  const now = useNow()
  const inUtc = useUtc()
  if (at === undefined || Number.isNaN(new Date(at * 1000).getTime()))
    return <span className="text-muted">–</span>
  const text = exactTime(at, inUtc)
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={text} className="whitespace-nowrap">
      {exact ? text : relativeTime(at, now)}
    </time>
  )
}

/** From a start to its stop, or to now while there is none. */
export function Elapsed({ from, to }: { from: number; to?: number }) {
  const now = useNow()
  return <span className="whitespace-nowrap">{duration(((to ?? Math.max(now, from)) - from) * 1000)}</span>
}
