import { RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

/** How far a line's wrapped rest is set in, at most: deep lines keep room for words. */
const INDENT_MAX = 24

const looks = new Map<number, Decoration>()

function lookOf(columns: number): Decoration {
  const known = looks.get(columns)
  if (known) return known
  const style = `padding-left: calc(${columns}ch + 6px); text-indent: -${columns}ch`
  const made = Decoration.line({ attributes: { style } })
  looks.set(columns, made)
  return made
}

/** Long lines are wrapped; what comes after the first row begins below the text, not at the edge. */
export const hangingIndent = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = indented(view)
    }

    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = indented(update.view)
    }
  },
  { decorations: plugin => plugin.decorations },
)

function indented(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at)
      const columns = Math.min(line.text.search(/\S|$/) + 2, INDENT_MAX)
      builder.add(line.from, line.from, lookOf(columns))
      at = line.to + 1
    }
  }
  return builder.finish()
}
