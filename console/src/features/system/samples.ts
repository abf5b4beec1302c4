import type { Seconds } from '~/data/types'

/** What the server tells of itself. What it does not know is left out. */
export interface System {
  version: string
  startedAt: Seconds
  shards?: number
  workers?: { worker: number; mailbox: number; openExecutions: number; inMemory?: number }[]
  commits?: {
    count: number
    batches: number
    waiting?: number
    p50Millis?: number
    p99Millis?: number
    maxMillis?: number
    groupP50?: number
  }
  timers?: { due: number; next?: Seconds }
  callsOut?: number
  expressRunning?: number
  watchers?: number
  tasksWaiting?: { tokens?: number; activities?: number }
  store?: { kind: string; path?: string; bytes?: number; executions?: number }
  health?: { status: string; message?: string }
  functions?: { name: string; runtime: string; state?: string }[]
}

export interface Sample {
  at: Seconds
  system: System
}

/** How many are kept: two minutes at one every two seconds. */
export const SAMPLES_MAX = 60

/** With one sample more. After a restart of the server the old ones say nothing about it. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const before = samples.at(-1)
  if (before && before.at >= sample.at) return [...samples]
  if (before && before.system.startedAt !== sample.system.startedAt) return [sample]
  return [...samples, sample].slice(-SAMPLES_MAX)
}

/** A figure over the samples; those that do not have it are left out. */
export function seriesOf(samples: readonly Sample[], read: (system: System) => number | undefined): number[] {
  return samples.map(sample => read(sample.system)).filter(value => value !== undefined)
}

/** What a counter grew by in a second, between each sample and the one before. */
export function ratesOf(samples: readonly Sample[], read: (system: System) => number | undefined): number[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index]
    const [from, to] = [before && read(before.system), read(sample.system)]
    if (!before || from === undefined || to === undefined) return []
    return [Math.max(0, to - from) / Math.max(0.001, sample.at - before.at)]
  })
}

/** `70 B`, `410 KiB`, `1.3 GiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0)
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** `0.07 ms`, `3.4 ms`, `41 ms`. */
export function millisText(millis: number): string {
  if (millis >= 10) return `${Math.round(millis)} ms`
  return `${millis.toFixed(millis < 1 ? 2 : 1)} ms`
}
