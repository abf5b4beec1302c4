/** The waits before each retry of one retrier, in seconds. */
export interface RetryDelays {
  /** The longest that each may be; with jitter the real one is anywhere below. */
  delays: number[]
  /** How many more there are than `delays` shows. */
  more: number
  jitter: boolean
  /** Of all, also of those not shown; infinite when that is beyond counting. */
  total: number
}

/** So many are drawn. */
export const DRAWN_MAX = 24
/** So many are added up one by one. */
const SUMMED_MAX = 100_000

/** `min(IntervalSeconds · BackoffRate^k, MaxDelaySeconds)` for each retry k from 0. */
export function delaysOf(retrier: Record<string, unknown>): RetryDelays | undefined {
  const interval = numberOf(retrier.IntervalSeconds, 1)
  const attempts = numberOf(retrier.MaxAttempts, 3)
  const rate = numberOf(retrier.BackoffRate, 2)
  const most = numberOf(retrier.MaxDelaySeconds, Number.POSITIVE_INFINITY)
  if ([interval, attempts, rate, most].includes(undefined)) return undefined
  return waits(interval as number, attempts as number, rate as number, most as number, retrier)
}

function waits(
  interval: number,
  attempts: number,
  rate: number,
  most: number,
  retrier: Record<string, unknown>,
) {
  const at = (index: number) => Math.min(interval * rate ** index, most)
  const count = Math.max(0, Math.floor(attempts))
  const drawn = Math.min(count, DRAWN_MAX)
  let total = 0
  for (let index = 0; index < Math.min(count, SUMMED_MAX); index++) total += at(index)
  if (count > SUMMED_MAX) total += (count - SUMMED_MAX) * at(SUMMED_MAX)
  return {
    delays: Array.from({ length: drawn }, (_, index) => at(index)),
    more: count - drawn,
    jitter: retrier.JitterStrategy === 'FULL',
    total,
  }
}

/** What stands there, or what counts without it; undefined when it is no number. */
function numberOf(value: unknown, standard: number): number | undefined {
  if (value === undefined) return standard
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
