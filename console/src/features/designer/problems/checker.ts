import type { ChangeSet, Transaction } from '@codemirror/state'
import type { Source } from '~/asl/program'
import { Failure } from '~/data/failure'
import type { Diagnostic } from '~/data/types'
import type { DesignDocument } from '../document/document'
import { Store } from '../store'
import { type Problem, stateOfPointer } from './problems'

export interface Found {
  problems: readonly Problem[]
  /** `checking` while the text has changed since; `away` when the server could not be asked. */
  state: 'checking' | 'checked' | 'away'
}

export const CHECK_PAUSE_MILLIS = 250
/** A long text is asked about less often. */
const LONG = 200_000
const LONG_PAUSE_MILLIS = 1000
const RETRY_MILLIS = 3000

/** Asks the server what is wrong with the text, after each pause in typing. Problems that are shown
 * move with the text; an answer about an older text is moved to where its places are now. */
export class Checker {
  readonly found = new Store<Found>({ problems: [], state: 'checking' })
  private timer: ReturnType<typeof setTimeout> | undefined
  private asking: AbortController | undefined
  /** What has changed since the question that is open was asked. */
  private since: ChangeSet | undefined
  private readonly off: () => void

  constructor(
    private readonly document: DesignDocument,
    private readonly ask: (source: Source, signal: AbortSignal) => Promise<Diagnostic[]>,
  ) {
    this.off = document.watch(transaction => this.follow(transaction))
    this.again(0)
  }

  /** Asks again: the type of the machine has changed, say. */
  again(pause = CHECK_PAUSE_MILLIS) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.check(), pause)
  }

  stop() {
    this.off()
    clearTimeout(this.timer)
    this.asking?.abort()
  }

  private follow(transaction: Transaction) {
    const { docChanged, changes } = transaction
    if (!docChanged) return
    if (this.asking) this.since = this.since ? this.since.compose(changes) : changes
    const problems = this.found.get().problems.map(problem => ({ ...problem, ...moved(problem, changes) }))
    this.found.set({ problems, state: 'checking' })
    this.again(transaction.newDoc.length > LONG ? LONG_PAUSE_MILLIS : CHECK_PAUSE_MILLIS)
  }

  private async check() {
    this.asking?.abort()
    const asking = new AbortController()
    this.asking = asking
    this.since = undefined
    try {
      const diagnostics = await this.ask(this.document.source, asking.signal)
      if (this.asking !== asking) return
      const { since } = this
      this.asking = undefined
      const { program } = this.document.snapshot().reading
      const problems = diagnostics.map(found => ({
        ...found,
        ...(since ? moved(found, since) : {}),
        state: stateOfPointer(program, found.location),
      }))
      this.found.set({ problems, state: since ? 'checking' : 'checked' })
    } catch (error) {
      if (this.asking !== asking || asking.signal.aborted) return
      this.asking = undefined
      this.found.set({ state: 'away' })
      if (error instanceof Failure && error.passing) this.again(RETRY_MILLIS)
    }
  }
}

function moved({ start, end }: { start: number; end: number }, changes: ChangeSet) {
  const most = changes.length
  const from = changes.mapPos(Math.min(start, most), 1)
  return { start: from, end: Math.max(from, changes.mapPos(Math.min(end, most), -1)) }
}
