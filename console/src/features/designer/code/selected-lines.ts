import { type EditorState, RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { facts } from '../document/fields'
import { selectedRange } from './selected-range'

const line = Decoration.line({ class: 'cm-stateLine' })

/** A bar beside the lines of the selected state. */
export const selectedLines = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = mark(view)
    }

    update(update: ViewUpdate) {
      const moved = update.startState.field(facts) !== update.state.field(facts)
      const range = update.startState.field(selectedRange) !== update.state.field(selectedRange)
      if (moved || range || update.docChanged || update.viewportChanged) this.decorations = mark(update.view)
    }
  },
  { decorations: plugin => plugin.decorations, provide: () => selectedRange },
)

function mark(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  const range = rangeIn(view.state)
  if (!range) return builder.finish()
  for (const { from, to } of view.visibleRanges) {
    let at = Math.max(from, range.start)
    while (at <= Math.min(to, range.end)) {
      const { from: start, to: end } = view.state.doc.lineAt(at)
      builder.add(start, start, line)
      at = end + 1
    }
  }
  return builder.finish()
}

function rangeIn(state: EditorState) {
  const range = state.field(selectedRange)
  if (!range) return undefined
  return { start: range.start, end: Math.min(range.end, state.doc.length) }
}
