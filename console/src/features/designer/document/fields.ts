import { StateEffect, StateField } from '@codemirror/state'
import type { Format, StateId } from '~/asl/program'

/** What a document is besides its text. It is undone together with the text. */
export interface Facts {
  format: Format
  selected?: StateId
}

/** Changes facts. Alone it is no step of the undo stack: selecting is not editing. */
export const setFacts = StateEffect.define<Partial<Facts>>()

/** What an undo or redo carries: all facts, as they were. */
export const restoreFacts = StateEffect.define<Facts>()

export const facts = StateField.define<Facts>({
  create: () => ({ format: 'json' }),
  update(value, transaction) {
    let next = value
    for (const effect of transaction.effects) {
      if (effect.is(setFacts)) next = { ...next, ...effect.value }
      if (effect.is(restoreFacts)) next = effect.value
    }
    return next
  },
})
