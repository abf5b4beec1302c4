import {
  Annotation,
  type ChangeSet,
  type EditorSelection,
  type EditorState,
  type Extension,
  type StateCommand,
  StateField,
  Transaction,
} from '@codemirror/state'
import { type Facts, facts, restoreFacts } from './fields'

// The undo stack of a document. That of `@codemirror/commands` brings the whole editor with it, and
// the canvas does without: the stack must be there before the code is opened, and stay when it is.

/** Steps that are kept; the oldest go first. */
const DEPTH = 1000
/** Milliseconds without typing after which a new step begins. */
const PAUSE = 500

/** What is selected beside a step: in the text and in the picture. */
interface Place {
  selection: EditorSelection
  facts: Facts
}

interface Step {
  /** What leads to `to` from the text as it is when the step is the newest of its side. */
  changes: ChangeSet
  from: Place
  to: Place
}

interface Stacks {
  done: readonly Step[]
  undone: readonly Step[]
  /** When the newest step was typed, in milliseconds; 0 if nothing may join it. */
  typedAt: number
}

/** On the transaction of an undo or redo: how it leaves the stacks. */
const left = Annotation.define<Stacks>()

const stacks = StateField.define<Stacks>({
  create: () => ({ done: [], undone: [], typedAt: 0 }),
  update(value, transaction) {
    const after = transaction.annotation(left)
    if (after) return after
    if (transaction.docChanged) return withStep(value, transaction)
    return transaction.selection ? { ...value, typedAt: 0 } : value
  },
})

/** Goes into the state of a document, beside its `facts`. */
export const history: Extension = stacks

function withStep({ done, typedAt }: Stacks, transaction: Transaction): Stacks {
  const { startState, state, changes } = transaction
  const step: Step = {
    changes: changes.invert(startState.doc),
    from: placeOf(state),
    to: placeOf(startState),
  }
  const isTyped = transaction.isUserEvent('input.type') || transaction.isUserEvent('delete')
  const at = transaction.annotation(Transaction.time) ?? 0
  const last = done.at(-1)
  // What an input method composes replaces what it wrote before, however long it takes.
  const composes = transaction.annotation(Transaction.userEvent) === 'input.type.compose'
  const joins =
    last && typedAt > 0 && (composes || (isTyped && at - typedAt < PAUSE && meet(last.changes, changes)))
  const next = joins
    ? [...done.slice(0, -1), { ...step, changes: step.changes.compose(last.changes), to: last.to }]
    : [...done, step].slice(-DEPTH)
  return { done: next, undone: [], typedAt: isTyped ? at : 0 }
}

const placeOf = (state: EditorState): Place => ({ selection: state.selection, facts: state.field(facts) })

/** Whether a change begins where the one that `back` takes back has ended, or overlaps it. */
function meet(back: ChangeSet, changes: ChangeSet): boolean {
  const ranges: [number, number][] = []
  back.iterChangedRanges((from, to) => ranges.push([from, to]))
  let found = false
  changes.iterChangedRanges((from, to) => {
    found ||= ranges.some(([start, end]) => to >= start && from <= end)
  })
  return found
}

function take(side: 'done' | 'undone'): StateCommand {
  return ({ state, dispatch }) => {
    const now = state.field(stacks)
    const step = now[side].at(-1)
    if (!step || state.readOnly) return false
    const back: Step = { changes: step.changes.invert(state.doc), from: step.to, to: step.from }
    const other = side === 'done' ? 'undone' : 'done'
    const after = { ...now, typedAt: 0, [side]: now[side].slice(0, -1), [other]: [...now[other], back] }
    dispatch(
      state.update({
        changes: step.changes,
        selection: step.to.selection,
        effects: restoreFacts.of(step.to.facts),
        annotations: left.of(after),
        userEvent: side === 'done' ? 'undo' : 'redo',
        scrollIntoView: true,
        filter: false,
      }),
    )
    return true
  }
}

/** Takes back the newest step; false if there is none. */
export const undo = take('done')
/** Does again what was taken back last; false if there is nothing. */
export const redo = take('undone')
export const canUndo = (state: EditorState): boolean => state.field(stacks).done.length > 0
export const canRedo = (state: EditorState): boolean => state.field(stacks).undone.length > 0
