import type { Edit } from '../program'
import type { TreeNode } from '../tree'
import { firstOnLine, indentAt, lineEnd, reindent } from './lines'
import { hasParts, type Out } from './out'
import { yamlKey, yamlLiteral, yamlString } from './scalar'
import type { Content } from './slice'
import { gapAt, hasSlots, slotsOf } from './slots'
import type { Style } from './style'
import { Block, Braces, type Lay } from './write'

/** Of a value in a YAML block: where its colon or dash ends, the column of its key, and what it is in. */
export interface Around {
  behind: number
  column: string
  inList: boolean
}

/** Makes the edits of one step: what is written in a place looks like its surroundings. */
export class Writer {
  constructor(
    private readonly text: string,
    private readonly style: Style,
  ) {}

  /** Puts an entry or an item into a collection that has others. */
  put(holder: TreeNode, index: number, key: string | undefined, content: Content, lay: Lay): Edit[] {
    const gap = gapAt(this.text, holder, index, this.style)
    const chosen = gap.inline ? 'one-line' : layLike(this.text, holder, index, content, lay)
    const insert = holder.block
      ? this.blockPart(key, content, gap.indent, chosen)
      : this.flowPart(holder, key, content, gap.indent, chosen)
    return [{ start: gap.at, end: gap.at, insert: gap.before + insert + gap.after }]
  }

  /** Writes the first entry or item of a collection that has none. `outer` is what the collection is in. */
  fill(
    holder: TreeNode,
    outer: TreeNode | undefined,
    around: Around | undefined,
    key: string | undefined,
    content: Content,
    lay: Lay,
  ): Edit[] {
    const { eol, pad, unit, indentedLists } = this.style
    if (around && this.style.format === 'yaml') {
      const { behind, column, inList } = around
      const rest = lineEnd(this.text, holder.end)
      if (inList && this.text.slice(holder.end, rest).trim() === '') {
        return [{ start: behind, end: rest, insert: ` ${this.blockPart(key, content, `${column}  `, lay)}` }]
      }
      const inner = holder.kind === 'object' || indentedLists ? column + unit : column
      return this.behindColon(behind, holder, eol + inner + this.blockPart(key, content, inner, lay))
    }
    const indent = indentAt(this.text, holder.start)
    const inner = indent + unit
    const inline = !this.style.lines || this.layOf(holder, outer) === 'one-line'
    const part = this.flowPart(holder, key, content, inner, inline ? 'one-line' : lay)
    const [open, close] = holder.kind === 'array' ? '[]' : '{}'
    const short = inline || (!part.includes('\n') && key === undefined && part.length < 40)
    const blank = key === undefined ? '' : pad
    const insert = short
      ? open + blank + part + blank + close
      : open + eol + inner + part + eol + indent + close
    return [{ start: holder.start, end: holder.end, insert }]
  }

  /** Takes the only entry or item away. A comment behind the colon and an anchor stay. */
  clear(holder: TreeNode, around: Around | undefined): Edit[] {
    const insert = holder.kind === 'array' ? '[]' : '{}'
    if (!holder.block || !around) return [{ start: holder.start, end: holder.end, insert }]
    const head = this.text.slice(around.behind, holder.start)
    const anchor = /^[ \t]*[&!]\S*/.exec(head)
    const start = around.behind + (anchor ? anchor[0].length : 0)
    const comment = /^[ \t]*#.*/.exec(head.slice(start - around.behind))
    const first = slotsOf(holder)[0]?.start ?? holder.start
    const end = firstOnLine(this.text, first) ? lineEnd(this.text, holder.end) : holder.end
    if (!comment) return [{ start, end, insert: ` ${insert}` }]
    const cut = start + comment[0].trimEnd().length
    return [
      { start, end: start, insert: ` ${insert}` },
      { start: cut, end, insert: '' },
    ]
  }

  /** Writes a value in the place of another one. */
  replace(node: TreeNode, holder: TreeNode | undefined, around: Around | undefined, out: Out): Edit[] {
    if (!around) {
      const braces = new Braces(this.style, this.style.format === 'yaml' && !this.jsonKeys(holder ?? node))
      const indent = indentAt(this.text, node.start)
      const insert = hasParts(out)
        ? braces.value(out, indent, this.layOf(node, holder))
        : this.scalarLike(node, out)
      return [{ start: node.outer, end: node.end, insert }]
    }
    const simple = !hasParts(out) && !node.block && node.outer === node.start && node.end > node.start
    if (simple && !this.isLiteral(node, out)) {
      return [{ start: node.start, end: node.end, insert: this.scalarLike(node, out) }]
    }
    const start = around.behind
    const end = Math.max(start, node.end)
    const comment = this.text.slice(end, lineEnd(this.text, end)).trim() !== ''
    if (comment && !hasParts(out)) {
      const braces = new Braces(this.style, true)
      const scalar = out.kind === 'string' ? yamlString(out.text, this.style, false) : braces.scalar(out)
      return [{ start, end, insert: ` ${scalar}` }]
    }
    const block = new Block(this.style)
    const { column, inList } = around
    const insert = inList ? ` ${block.afterDash(out, column, 'style')}` : block.afterKey(out, column, 'style')
    return [{ start, end, insert }]
  }

  /** A scalar in the quotes of the one in whose place it comes. */
  scalarLike(old: TreeNode, out: Out): string {
    const { style } = this
    if (style.format === 'json' || out.kind !== 'string') return new Braces(style, false).scalar(out)
    if (old.kind !== 'string' || old.block) return yamlString(out.text, style, true)
    return yamlString(out.text, { ...style, quoteAll: false }, true, this.quoteAt(old.start))
  }

  /** A key in the quotes of the one in whose place it comes. */
  keyLike(at: number, key: string): string {
    return this.style.format === 'json'
      ? JSON.stringify(key)
      : yamlKey(key, this.style, true, this.quoteAt(at))
  }

  private quoteAt(at: number): string | undefined {
    const mark = this.text[at]
    return mark === "'" || mark === '"' ? mark : undefined
  }

  /** Writes block text behind a colon; a comment there stays on its line. */
  private behindColon(behind: number, old: TreeNode, insert: string): Edit[] {
    const end = Math.max(behind, old.end)
    const rest = lineEnd(this.text, end)
    if (this.text.slice(end, rest).trim() === '') return [{ start: behind, end: rest, insert }]
    return [
      { start: behind, end, insert: '' },
      { start: rest, end: rest, insert },
    ]
  }

  /** Whether a text of several lines may stand as a literal block in place of this one. */
  private isLiteral(node: TreeNode, out: Out): boolean {
    if (out.kind !== 'string' || yamlLiteral(out.text, ' ', '\n') === undefined) return false
    return this.text.slice(node.end, lineEnd(this.text, node.end)).trim() === ''
  }

  /** Between braces of YAML that share a line nothing may be broken up: the new lines would stand too far left. */
  private layOf(node: TreeNode, holder?: TreeNode): Lay {
    if (holder && !this.text.slice(holder.start, holder.end).includes('\n')) {
      return this.style.format === 'yaml' ? 'one-line' : 'short'
    }
    if (!hasSlots(node)) return 'style'
    return this.text.slice(node.start, node.end).includes('\n') ? 'long' : 'short'
  }

  /** Whether a flow collection of YAML writes its keys as JSON does. */
  private jsonKeys(node: TreeNode): boolean {
    const key = node.entries[0]
    return key ? this.text[key.start] === '"' : this.style.quoteAll && this.style.quote === '"'
  }

  private flowPart(
    holder: TreeNode,
    key: string | undefined,
    content: Content,
    indent: string,
    lay: Lay,
  ): string {
    const yaml = this.style.format === 'yaml' && !this.jsonKeys(holder)
    const braces = new Braces(this.style, yaml)
    const name = key === undefined ? '' : braces.key(key)
    if ('slice' in content && !content.slice.block) {
      return name + reindent(content.slice.text, content.slice.indent, indent)
    }
    const out = 'slice' in content ? content.slice.out : content.out
    const colon = key === undefined ? '' : yaml ? ': ' : this.style.colon
    return name + colon + braces.value(out, indent, 'slice' in content ? 'one-line' : lay)
  }

  private blockPart(key: string | undefined, content: Content, column: string, lay: Lay): string {
    const block = new Block(this.style)
    const head = key === undefined ? '-' : block.key(key)
    if ('slice' in content) {
      const lead = reindent(`\n${content.slice.lead}`, '', column).slice(1)
      const shown = lead === '' ? '' : lead.slice(column.length) + column
      const blank = key === undefined && !/^\s/.test(content.slice.text) ? ' ' : ''
      return shown + head + blank + reindent(content.slice.text, content.slice.indent, column)
    }
    if (key === undefined) return `- ${block.afterDash(content.out, column, lay)}`
    return `${head}:${block.afterKey(content.out, column, lay)}`
  }
}

/** Lists follow their nearest neighbour: on one line, or broken up. */
function layLike(text: string, holder: TreeNode, index: number, content: Content, lay: Lay): Lay {
  if (lay !== 'style' || 'slice' in content || !hasParts(content.out)) return lay
  if (holder.kind !== 'array') return lay
  return neighbourLay(text, holder, index) ?? lay
}

/** How the neighbours of slot `index` stand. */
export function neighbourLay(text: string, holder: TreeNode, index: number): Lay | undefined {
  const slots = slotsOf(holder)
  const near = [slots[index - 1], slots[index], ...slots].find(slot => slot && hasSlots(slot.value))
  if (!near) return undefined
  const { start, end, block } = near.value
  return block || text.slice(start, end).includes('\n') ? 'long' : 'short'
}
