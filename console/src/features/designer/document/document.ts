import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  type StateCommand,
  type Text,
  type Transaction,
  type TransactionSpec,
} from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Edit, Program, Range, Source, StateId } from '~/asl/program'
import { type Facts, facts, setFacts } from './fields'
import { canRedo, canUndo, history, redo, undo } from './history'
import { type LastReading, Reader } from './reader'

/** One step: what a command of the canvas, the inspector or a menu does to the text. */
export interface Change {
  /** In the past tense, as it is read out: `Pick was deleted`. */
  label: string
  edits: readonly Edit[]
  /** What is selected afterwards; null selects nothing, undefined leaves it. */
  select?: StateId | null
  /** When the text is of another format afterwards. */
  format?: Source['format']
}

/** What a command of `~/asl/edits` answers. */
export type Command = Change | { refused: string }

/** The name of a command on its transaction. */
export const commandLabel = Annotation.define<string>()

/** What the screen shows of a document. A new object after every change, the same one without. */
export interface Snapshot {
  source: Source
  reading: LastReading
  /** The selected state, if the last good program has it. */
  selection: StateId | undefined
  /** Whether the text differs from what was saved. */
  dirty: boolean
  canUndo: boolean
  canRedo: boolean
}

/**
 * The text of a definition with its selection and its one undo stack. Everything that the designer
 * shows is read from it, and everything that edits goes through it: commands as one step each,
 * typing grouped as the editor does it. It lives without an editor; one may be attached.
 */
export class DesignDocument {
  private state: EditorState
  private view: EditorView | undefined
  private saved: Text
  private readonly reader: Reader
  private readonly listeners = new Set<() => void>()
  private readonly watchers = new Set<(transaction: Transaction) => void>()
  private readonly editor = new Compartment()
  private shown: Snapshot | undefined
  private texts: { doc: Text; text: string } | undefined

  constructor(source: Source) {
    this.state = EditorState.create({
      doc: source.text,
      extensions: [
        // Line ends stay as they are: every offset is one of the text's own.
        EditorState.lineSeparator.of('\n'),
        EditorState.allowMultipleSelections.of(true),
        facts.init(() => ({ format: source.format })),
        history,
        this.editor.of([]),
      ],
    })
    this.saved = this.state.doc
    this.reader = new Reader(this.source, () => this.changed())
  }

  /** The text as it is now. */
  get source(): Source {
    const { doc } = this.state
    if (this.texts?.doc !== doc) this.texts = { doc, text: doc.toString() }
    return { text: this.texts.text, format: this.state.field(facts).format }
  }

  get editorState(): EditorState {
    return this.state
  }

  get selection(): StateId | undefined {
    return this.state.field(facts).selected
  }

  /** The program of the text as it is now, or why there is none. Reads at once what is not read yet. */
  read() {
    return this.reader.now(this.source)
  }

  /** Carries out one command as one step. A change without edits only selects. */
  dispatch(change: Change) {
    const next: Partial<Facts> = {}
    if (change.select !== undefined) next.selected = change.select ?? undefined
    if (change.format) next.format = change.format
    const spec: TransactionSpec = { effects: setFacts.of(next) }
    if (change.edits.length > 0) {
      spec.changes = change.edits.map(({ start, end, insert }) => ({ from: start, to: end, insert }))
      spec.annotations = commandLabel.of(change.label)
      spec.userEvent = 'command'
    }
    this.send(spec)
    if (change.edits.length > 0) this.reader.now(this.source)
  }

  /** Carries out a command on the text as it is now. Returns why it could not be done. */
  run(work: (source: Source, program: Program) => Command): string | undefined {
    const { program, current, broken } = this.read()
    if (!program || !current) {
      const line = this.state.doc.lineAt(Math.min(broken?.offset ?? 0, this.state.doc.length)).number
      return `The text cannot be read: ${broken?.message ?? 'it is empty'} (line ${line}). Mend it there, or undo.`
    }
    const command = work(this.source, program)
    if ('refused' in command) return command.refused
    this.dispatch(command)
    return undefined
  }

  /** Puts another text in the place of all, as one step; what both have at their ends stays. */
  replace(source: Source, label: string) {
    const { text } = this.source
    let start = 0
    const most = Math.min(text.length, source.text.length)
    while (start < most && text[start] === source.text[start]) start++
    let tail = 0
    while (tail < most - start && text.at(-1 - tail) === source.text.at(-1 - tail)) tail++
    const insert = source.text.slice(start, source.text.length - tail)
    const edits =
      start + tail === text.length && insert === '' ? [] : [{ start, end: text.length - tail, insert }]
    this.dispatch({ label, edits, format: source.format })
  }

  /** Selects a state everywhere; the text's cursor goes to its name. */
  select(id: StateId | undefined) {
    if (id === this.selection) return
    const spec: TransactionSpec = { effects: setFacts.of({ selected: id }) }
    const state = id === undefined ? undefined : this.read().program?.states.get(id)
    if (state) {
      // Of a text that cannot be read the states are those of the last one that could, which may have been longer.
      spec.selection = { anchor: Math.min(state.nameRange.start, this.state.doc.length) }
      spec.scrollIntoView = true
    }
    this.send(spec)
  }

  /** Shows a stretch of the text: marks it, and scrolls to it. */
  reveal({ start, end }: Range) {
    const most = this.state.doc.length
    this.send({
      selection: { anchor: Math.min(start, most), head: Math.min(end, most) },
      scrollIntoView: true,
    })
  }

  /** Selects without moving the text's cursor: it is the cursor that has gone there. */
  follow(id: StateId | undefined) {
    if (id !== this.selection) this.send({ effects: setFacts.of({ selected: id }) })
  }

  undo = (): boolean => this.step(undo)
  redo = (): boolean => this.step(redo)

  /** The text as it is now, or the one given, is what is saved. */
  markSaved(text?: string) {
    this.saved = text === undefined ? this.state.doc : this.state.toText(text)
    this.changed()
  }

  get isDirty(): boolean {
    return !this.state.doc.eq(this.saved)
  }

  /** Called by the editor that shows the text; its extensions join the state. */
  attach(view: EditorView, extensions: Extension) {
    this.view = view
    this.send({ effects: this.editor.reconfigure(extensions) })
  }

  detach(view: EditorView) {
    if (this.view !== view) return
    this.send({ effects: this.editor.reconfigure([]) })
    this.view = undefined
  }

  /** Any transaction, from the editor or from `send`. */
  accept = (transactions: readonly Transaction[]) => {
    const last = transactions.at(-1)
    if (!last) return
    this.state = last.state
    this.view?.update(transactions)
    for (const one of transactions) if (one.docChanged) this.reader.edited(editsOf(one))
    const before = transactions[0]?.startState.field(facts).format
    if (transactions.some(one => one.docChanged) || before !== this.state.field(facts).format) {
      this.reader.later(this.source)
    }
    for (const transaction of transactions) for (const watcher of this.watchers) watcher(transaction)
    this.changed()
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** Calls back with each transaction: to map places through edits, or to say what was done. */
  watch(watcher: (transaction: Transaction) => void) {
    this.watchers.add(watcher)
    return () => {
      this.watchers.delete(watcher)
    }
  }

  snapshot = (): Snapshot => {
    this.shown ??= this.look()
    return this.shown
  }

  private look(): Snapshot {
    const reading = this.reader.last
    const selected = this.selection
    return {
      source: this.source,
      reading,
      selection: selected !== undefined && reading.program?.states.has(selected) ? selected : undefined,
      dirty: this.isDirty,
      canUndo: canUndo(this.state),
      canRedo: canRedo(this.state),
    }
  }

  private step(command: StateCommand): boolean {
    const done = command({ state: this.state, dispatch: transaction => this.sendTransaction(transaction) })
    if (done) this.reader.now(this.source)
    return done
  }

  private send(spec: TransactionSpec) {
    this.sendTransaction(this.state.update(spec))
  }

  private sendTransaction(transaction: Transaction) {
    this.accept([transaction])
  }

  private changed() {
    this.shown = undefined
    for (const listener of this.listeners) listener()
  }
}

/** What a transaction did, as edits of the text before it. */
function editsOf({ changes }: Transaction): Edit[] {
  const edits: Edit[] = []
  changes.iterChanges((start, end, _from, _to, inserted) => {
    edits.push({ start, end, insert: inserted.toString() })
  }, true)
  return edits
}
