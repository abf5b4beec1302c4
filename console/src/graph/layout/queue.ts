import { layoutShape } from './layout'
import type { ScopeShape } from './shape'
import type { Layout } from './types'

type Asker = (layout: Layout) => void

interface Job {
  shape: ScopeShape
  askers: Set<Asker>
}

interface Answer {
  hash: string
  layout?: Layout
}

/** Layouts made in a worker, one after the other. A question that nobody waits for any more is
 * never put to it: while somebody types, only the newest matters. */
export class LayoutQueue {
  readonly #jobs = new Map<string, Job>()
  readonly #start: () => Worker
  #worker?: Worker
  #busy?: string
  /** The worker could not be loaded; the page does its work. */
  #broken = false

  constructor(start: () => Worker) {
    this.#start = start
  }

  /** Calls back with the layout; the function returned takes the question back. */
  ask(hash: string, shape: ScopeShape, asker: Asker): () => void {
    const job = this.#jobs.get(hash) ?? { shape, askers: new Set() }
    job.askers.add(asker)
    this.#jobs.set(hash, job)
    this.#next()
    return () => {
      job.askers.delete(asker)
      if (job.askers.size === 0 && this.#busy !== hash) this.#jobs.delete(hash)
    }
  }

  #next(): void {
    if (this.#busy !== undefined) return
    const [hash, job] = this.#jobs.entries().next().value ?? []
    if (hash === undefined || !job) return
    if (this.#broken) {
      this.#settle(hash, layoutShape(job.shape))
      return
    }
    this.#busy = hash
    this.#running().postMessage({ hash, shape: job.shape })
  }

  #running(): Worker {
    if (this.#worker) return this.#worker
    const worker = this.#start()
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const job = this.#jobs.get(data.hash)
      this.#busy = undefined
      // What failed there fails here too, where it is seen.
      if (job) this.#settle(data.hash, data.layout ?? layoutShape(job.shape))
    }
    worker.onerror = () => {
      this.#broken = true
      this.#busy = undefined
      this.#next()
    }
    this.#worker = worker
    return worker
  }

  #settle(hash: string, layout: Layout): void {
    const askers = this.#jobs.get(hash)?.askers ?? []
    this.#jobs.delete(hash)
    for (const asker of askers) asker(layout)
    this.#next()
  }
}
