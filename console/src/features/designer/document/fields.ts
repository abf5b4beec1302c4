import { invertedEffects } from '@codemirror/commands'
import { type Extension, StateEffect, StateField, type Transaction } from '@codemirror/state'
import type { Format, StateId } from '~/asl/program'

/** What a document is besides its text. It is undone together with the text. */
export interface Facts {
  format: Format
  selected?: StateId
}

/** Changes facts. Alone it is no step of the undo stack: selecting is not editing. */
export const setFacts = StateEffect.define<Partial<Facts>>()

/** What undo carries: how the facts were before a step and after it. */
const restoreFacts = StateEffect.define<{ before: Facts; after: Facts }>()

export const facts = StateField.define<Facts>({
  create: () => ({ format: 'json' }),
  update(value, transaction) {
    let next = value
    for (const effect of transaction.effects) {
      if (effect.is(setFacts)) next = { ...next, ...effect.value }
      // Of several steps that became one, the first one's facts come last.
      if (effect.is(restoreFacts)) next = effect.value.before
    }
    return next
  },
})

function inverted(transaction: Transaction) {
  if (!transaction.docChanged) return []
  const restored = transaction.effects.filter(effect => effect.is(restoreFacts))
  if (restored.length > 0) {
    // An undo is undone by a redo: the other way round, in the other order.
    return restored
      .map(({ value }) => restoreFacts.of({ before: value.after, after: value.before }))
      .reverse()
  }
  const before = transaction.startState.field(facts)
  const after = transaction.state.field(facts)
  return [restoreFacts.of({ before, after })]
}

export const factsWithUndo: Extension = [facts, invertedEffects.of(inverted)]
