import { StateEffect, StateField } from '@codemirror/state'
import type { Range } from '~/asl/program'

/** Where the selected state stands, name and object. */
export const setSelectedRange = StateEffect.define<Range | undefined>()

export const selectedRange = StateField.define<Range | undefined>({
  create: () => undefined,
  update(value, transaction) {
    let next = value
    if (next && transaction.docChanged) {
      const start = transaction.changes.mapPos(next.start, 1)
      next = { start, end: Math.max(start, transaction.changes.mapPos(next.end, -1)) }
    }
    for (const effect of transaction.effects) if (effect.is(setSelectedRange)) next = effect.value
    return next
  },
})
