import type { Source, StateId } from '~/asl/program'
import { deleteDraft } from '~/data/drafts'
import type { MachineType, Seconds } from '~/data/types'
import { type Draft, type DraftContent, EDITOR, getDraft, putDraft, type Standing } from '../api/drafts'
import { DesignDocument } from '../document/document'
import { Store } from '../store'
import { Autosave } from './autosave'
import { localDrafts } from './local'

/** What is known of the open definition besides its text. Kept in the draft with it. */
export interface Facts {
  /** Names the draft: the machine's ARN, or a name of its own while there is no machine. */
  id: string
  /** The machine's name, or what it shall be called. */
  title: string
  machineType: MachineType
  /** The machine that this is a draft of; none while it has not been created. */
  stateMachineArn?: string
  /** The revision of the machine that the draft began from; '' is the first. */
  baseRevisionId?: string
  roleArn?: string
  /** What the data-flow preview puts into a state, as JSON text. */
  sampleInputs: Record<StateId, string>
}

export interface Opening {
  facts: Facts
  /** What is shown first. */
  source: Source
  /** What counts as saved: the machine's own definition, when `source` is a draft of it. */
  saved?: string
  /** The server's draft that `source` is, or that is offered. */
  stored?: Draft
  /** The draft that `source` is. */
  continuing?: Draft
  /** A newer draft than the machine, to continue, discard or compare. */
  offer?: Draft
  /** What others did with it when it was opened. */
  standing?: Standing
}

/** How the machine stands. */
export interface SaveState {
  busy: boolean
  /** When it was saved from here. */
  savedAt?: Seconds
  failure?: Error
}

let opened = 0

/** One definition that is open in the designer: its document, the facts beside it, and what keeps both. */
export class Session {
  readonly document: DesignDocument
  readonly facts: Store<Facts>
  readonly autosave: Autosave
  readonly saving = new Store<SaveState>({ busy: false })
  /** Tells it from those that were open before it. */
  readonly key = ++opened
  private offs: (() => void)[] = []

  constructor(readonly opening: Opening) {
    this.document = new DesignDocument(opening.source)
    if (opening.saved !== undefined) this.document.markSaved(opening.saved)
    this.facts = new Store(opening.facts)
    this.autosave = new Autosave(
      {
        editor: EDITOR,
        local: localDrafts,
        put: putDraft,
        remove: deleteDraft,
        look: async id => (await getDraft(id)).standing,
        now: () => Date.now() / 1000,
      },
      () => this.content(),
      () => this.document.isDirty,
      opening.stored?.savedAt ?? 0,
    )
  }

  /** Keeps what is typed from now on. */
  start() {
    this.autosave.start()
    const { continuing, stored, standing } = this.opening
    if (standing) this.autosave.stands(standing)
    if (continuing && this.autosave.state.get().server === 'clean') {
      // Of a draft that only this browser has, the server is told.
      if (stored?.savedAt === continuing.savedAt) this.autosave.isKept(continuing.savedAt)
      else this.autosave.touch()
    }
    let known = this.facts.get()
    this.offs = [
      this.document.watch(transaction => {
        if (transaction.docChanged) this.edited()
      }),
      this.facts.subscribe(() => {
        const next = this.facts.get()
        const kept = next.title !== known.title || next.machineType !== known.machineType
        const inputs = next.sampleInputs !== known.sampleInputs
        known = next
        if (inputs || (kept && !next.stateMachineArn)) this.autosave.touch()
      }),
    ]
  }

  stop() {
    for (const off of this.offs) off()
    this.offs = []
    this.autosave.stop()
  }

  setSampleInput(state: StateId, text: string) {
    this.facts.set({ sampleInputs: { ...this.facts.get().sampleInputs, [state]: text } })
  }

  /** What a draft of this is. */
  content(): DraftContent {
    const { id, title, machineType, stateMachineArn, baseRevisionId, sampleInputs } = this.facts.get()
    const { text, format } = this.document.source
    return { id, title, text, format, machineType, stateMachineArn, baseRevisionId, sampleInputs }
  }

  private edited() {
    // What is as it was saved needs no draft; one of ours that has become needless goes.
    const needless = !this.document.isDirty && this.facts.get().stateMachineArn !== undefined
    if (needless && this.autosave.state.get().server !== 'conflict') void this.autosave.discard()
    else this.autosave.touch()
  }
}
