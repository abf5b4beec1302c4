import type { Edit, Format, Program, Source } from './program'
import { defaultStyle } from './text/defaults'
import { type Out, outOfTree } from './text/out'
import type { Style } from './text/style'
import { Block, Braces } from './text/write'

/** A definition in the other format, as one edit of the whole text. */
export interface Conversion {
  edit: Edit
  format: Format
  /** Comments that would be lost, each without its `#`. Ask before, when there are any. */
  lost: string[]
}

export function convert(source: Source, program: Program): Conversion {
  const format: Format = source.format === 'json' ? 'yaml' : 'json'
  const out = outOfTree(source.text, program.tree, source.format)
  const eol = source.text.includes('\r\n') ? '\r\n' : '\n'
  const insert = writeText(out, { ...defaultStyle(format), eol })
  const lost = source.format === 'yaml' ? commentsOf(source, program) : []
  return { edit: { start: 0, end: source.text.length, insert }, format, lost }
}

/** A whole text with a line break at its end. */
export function writeText(out: Out, style: Style): string {
  const body =
    style.format === 'yaml' ? new Block(style).document(out) : new Braces(style, false).value(out, '', 'long')
  return body + style.eol
}

/** What stands behind `#` outside of texts. */
function commentsOf({ text }: Source, program: Program): string[] {
  const texts: { start: number; end: number }[] = []
  const visit = (node: Program['tree']) => {
    if (node.alias) return
    if (node.kind === 'string') texts.push(node)
    for (const entry of node.entries) {
      texts.push({ start: entry.start, end: entry.keyEnd })
      visit(entry.value)
    }
    for (const item of node.items) visit(item.value)
  }
  visit(program.tree)
  texts.sort((a, b) => a.start - b.start)
  const found: string[] = []
  let at = 0
  for (const { start, end } of [...texts, { start: text.length, end: text.length }]) {
    if (start < at) continue
    // A block text begins behind its head, on whose line a comment may stand.
    for (const match of text.slice(at, start).matchAll(/(?:^|[ \t\n])#[ \t]*([^\r\n]*)/g))
      found.push(match[1]?.trimEnd() ?? '')
    at = end
  }
  return found
}
