import { Failure } from './failure'

/** How far a piece of work over many things has come. */
export interface BulkState<T> {
  total: number
  done: number
  failures: { item: T; reason: string }[]
  /** Nothing more will be begun, and what was begun has ended. */
  over: boolean
  cancelled: boolean
}

/** How many are under way at once. */
const WIDTH = 8

/** Does the same to many, a few at a time. A failure stops nothing: it is kept with its reason.
 * Once `signal` is aborted no further one is begun. */
export async function runBulk<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  onState: (state: BulkState<T>) => void,
  signal: AbortSignal,
  width = WIDTH,
): Promise<BulkState<T>> {
  let state: BulkState<T> = { total: items.length, done: 0, failures: [], over: false, cancelled: false }
  const put = (next: Partial<BulkState<T>>) => {
    state = { ...state, ...next }
    onState(state)
  }
  let next = 0
  const lane = async () => {
    while (next < items.length && !signal.aborted) {
      const item = items[next] as T
      next += 1
      try {
        await work(item)
        put({ done: state.done + 1 })
      } catch (error) {
        put({ done: state.done + 1, failures: [...state.failures, { item, reason: reasonOf(error) }] })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  put({ over: true, cancelled: signal.aborted && state.done < items.length })
  return state
}

function reasonOf(error: unknown): string {
  if (error instanceof Failure) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
