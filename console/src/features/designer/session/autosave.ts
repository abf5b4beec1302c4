import { Failure } from '~/data/failure'
import type { Seconds } from '~/data/types'
import type { Draft, DraftContent, Kept, OtherEditor, Standing } from '../api/drafts'
import { Store } from '../store'
import type { LocalDrafts } from './local'

/** Outside of the autosave: where drafts go, and what time it is. */
export interface Ports {
  editor: string
  local: LocalDrafts
  put: (content: DraftContent, ifSavedAt: Seconds | undefined) => Promise<Kept>
  remove: (id: string) => Promise<unknown>
  /** Asks what others do; they are told of this tab. */
  look: (id: string) => Promise<Standing>
  /** Seconds since 1970. */
  now: () => Seconds
}

export interface AutosaveState {
  /** Whether this browser has what is typed. */
  local: 'clean' | 'due' | 'kept' | 'failed'
  /** Whether the server has it: `due` will be sent soon, `away` when the server is back. */
  server: 'clean' | 'due' | 'saving' | 'kept' | 'away' | 'conflict' | 'refused'
  /** When the server's draft was saved. */
  savedAt?: Seconds
  /** Other tabs that have this draft open, and since when we know. */
  others: OtherEditor[]
  othersSince?: Seconds
  /** The machine's revision by now, and since when it has it. */
  machineRevisionId?: string
  machineUpdatedAt?: Seconds
  /** What somebody else has stored over ours; undefined when it was deleted. */
  stored?: Draft
  message?: string
}

export const SERVER_PAUSE_MILLIS = 1500
const RETRY_MILLIS = 5000
/** Longer texts are written to the browser's store a little later: each write is the whole text. */
const AT_ONCE_MAX = 200_000
const LOCAL_PAUSE_MILLIS = 500

/** Keeps what is typed: in the browser at once, at the server soon, and never over somebody else's. */
export class Autosave {
  readonly state = new Store<AutosaveState>({ local: 'clean', server: 'clean', others: [] })
  private localTimer: ReturnType<typeof setTimeout> | undefined
  private serverTimer: ReturnType<typeof setTimeout> | undefined
  private inFlight: Promise<void> | undefined
  private stopped = false
  /** Counts what makes older answers about the machine untrue. */
  private turn = 0

  /** `ifSavedAt` is the time of the server's draft that was opened, 0 without one. */
  constructor(
    private readonly ports: Ports,
    private readonly content: () => DraftContent,
    private readonly isDirty: () => boolean,
    private ifSavedAt: Seconds = 0,
  ) {}

  start() {
    this.stopped = false
  }

  /** What is shown is the draft that the server has. */
  isKept(savedAt: Seconds) {
    this.state.set({ server: 'kept', savedAt })
  }

  /** Something was typed. */
  touch() {
    if (this.stopped) return
    clearTimeout(this.localTimer)
    if (this.content().text.length <= AT_ONCE_MAX) this.keepLocally()
    else {
      this.state.set({ local: 'due' })
      this.localTimer = setTimeout(() => this.keepLocally(), LOCAL_PAUSE_MILLIS)
    }
    const { server } = this.state.get()
    if (server === 'conflict') return
    if (server !== 'saving') this.state.set({ server: 'due' })
    this.schedule(SERVER_PAUSE_MILLIS)
  }

  /** Sends now what is due: the server is back, or the page is left. */
  flush(): Promise<void> {
    const { server } = this.state.get()
    if (server === 'due' || server === 'away' || server === 'refused') this.schedule(0)
    return this.inFlight ?? Promise.resolve()
  }

  /** What is typed has been saved as the machine: no draft is needed any more. */
  async discard() {
    clearTimeout(this.localTimer)
    clearTimeout(this.serverTimer)
    const { id } = this.content()
    this.ports.local.remove(id)
    this.state.set({
      local: 'clean',
      server: 'clean',
      stored: undefined,
      message: undefined,
      savedAt: undefined,
    })
    this.forgetRevision()
    await this.inFlight
    // Typed again meanwhile: what was just stored is still of use.
    if (this.state.get().local !== 'clean') return
    clearTimeout(this.serverTimer)
    this.state.set({ server: 'clean' })
    if (this.ifSavedAt === 0) return
    await this.exclusively(async () => {
      try {
        await this.ports.remove(id)
        this.ifSavedAt = 0
      } catch {
        // It is older than the machine, and says so when the machine is opened again.
      }
    })
  }

  /** The machine was saved from here: what was known of its revision is old. */
  forgetRevision() {
    this.turn += 1
    this.state.set({ machineRevisionId: undefined, machineUpdatedAt: undefined })
  }

  /** Asks who else is here and what the machine is by now. Asked again and again: this is presence, too. */
  async look() {
    const { turn } = this
    const { id } = this.content()
    try {
      const standing = await this.ports.look(id)
      if (turn === this.turn && id === this.content().id) this.stands(standing)
    } catch {
      // It is asked again soon; that the server is away is said elsewhere.
    }
  }

  /** What others do, as the server says. */
  stands({ editors, machineRevisionId, machineUpdatedAt }: Standing) {
    const since = editors.length > 0 ? (this.state.get().othersSince ?? this.ports.now()) : undefined
    this.state.set({ others: editors, othersSince: since, machineRevisionId, machineUpdatedAt })
  }

  /** The draft goes on under another name, that nothing is stored under. */
  renamed() {
    this.ifSavedAt = 0
  }

  /** After a conflict: ours goes over theirs. */
  overwrite() {
    this.ifSavedAt = this.state.get().stored?.savedAt ?? 0
    this.state.set({ server: 'due', stored: undefined, message: undefined })
    this.schedule(0)
  }

  /** After a conflict: theirs was taken into the document, and is what we go on from. */
  takenOver() {
    this.ifSavedAt = this.state.get().stored?.savedAt ?? 0
    this.state.set({ server: 'kept', savedAt: this.ifSavedAt, stored: undefined, message: undefined })
  }

  /** Whether leaving would lose something. */
  get wouldLose(): boolean {
    const { local, server } = this.state.get()
    return this.isDirty() && local !== 'kept' && server !== 'kept'
  }

  stop() {
    this.stopped = true
    if (this.localTimer) this.keepLocally()
    clearTimeout(this.localTimer)
    if (this.state.get().server === 'due') void this.send()
    clearTimeout(this.serverTimer)
  }

  private keepLocally() {
    clearTimeout(this.localTimer)
    this.localTimer = undefined
    const draft = { ...this.content(), savedAt: this.ports.now(), editor: this.ports.editor }
    this.state.set({ local: this.ports.local.write(draft) ? 'kept' : 'failed' })
  }

  private schedule(millis: number) {
    clearTimeout(this.serverTimer)
    this.serverTimer = setTimeout(() => void this.send(), millis)
  }

  private send(): Promise<void> {
    // One at a time: the next one must say which time the last one got.
    if (this.inFlight) return this.inFlight
    if (this.state.get().server === 'conflict') return Promise.resolve()
    this.state.set({ server: 'saving' })
    const sent = this.content()
    return this.exclusively(() =>
      this.ports.put(sent, this.ifSavedAt).then(
        kept => this.kept(sent, kept),
        error => this.failed(error),
      ),
    )
  }

  /** Does one thing with the server's draft; what became due meanwhile follows. */
  private exclusively(work: () => Promise<void>): Promise<void> {
    this.inFlight = work().finally(() => {
      this.inFlight = undefined
      if (this.state.get().server === 'due' && !this.stopped) this.schedule(SERVER_PAUSE_MILLIS)
    })
    return this.inFlight
  }

  private kept(sent: DraftContent, kept: Kept) {
    this.ifSavedAt = kept.savedAt
    const behind = this.content().text !== sent.text
    this.state.set({
      server: behind ? 'due' : 'kept',
      savedAt: kept.savedAt,
      message: undefined,
    })
    this.stands(kept)
  }

  private failed(error: unknown) {
    const failure = error instanceof Failure ? error : new Failure('Refused', String(error))
    const stored = failure.details.stored as Draft | undefined
    if (failure.status === 409 && stored) {
      this.state.set({ server: 'conflict', stored, message: failure.message })
    } else if (failure.status === 409 && this.ifSavedAt !== 0) {
      // It was deleted elsewhere, or the server has lost it: what is typed here is all there is.
      this.ifSavedAt = 0
      this.state.set({ server: 'due' })
    } else if (failure.passing || failure.code === 'SignedOut') {
      this.state.set({ server: 'away', message: failure.message })
      if (!this.stopped) this.schedule(RETRY_MILLIS)
    } else {
      this.state.set({ server: 'refused', message: failure.message })
    }
  }
}
