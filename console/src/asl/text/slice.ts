import type { Format } from '../program'
import type { TreeNode } from '../tree'
import { firstOnLine, indentAt, lineStart, nextLine, reindent } from './lines'
import { type Out, outOfTree } from './out'
import { floorOf, slotEnd, slotLead, slotsOf } from './slots'

/** The text of a value that is moved or copied, with the comments that belong to it. */
export interface Slice {
  /** Comment lines above, at no indentation, each with its line break. */
  lead: string
  /** From behind the key or the dash to the end; lines but the first are at `indent` or deeper. */
  text: string
  indent: string
  /** Written by indentation: it cannot stand between braces. */
  block: boolean
  /** It has anchors or aliases of YAML, which mean something in their own text only. */
  anchored: boolean
  /** What it says. */
  out: Out
}

/** What is to be put somewhere: a value, or a text that stood elsewhere. */
export type Content = { out: Out } | { slice: Slice }

/** Takes slot `index` of an object or an array. */
export function sliceOf(text: string, node: TreeNode, index: number, format: Format): Slice | undefined {
  const slot = slotsOf(node)[index]
  if (!slot) return undefined
  const out = outOfTree(text, slot.value, format)
  const anchored = isAnchored(slot.value)
  const begin =
    node.kind === 'array' ? slot.start + (node.block ? 1 : 0) : (node.entries[index]?.keyEnd ?? slot.start)
  if (!node.block) {
    const indent = indentAt(text, slot.start)
    return { lead: '', text: text.slice(begin, slot.end), indent, block: false, anchored, out }
  }
  const column = slot.start - lineStart(text, slot.start)
  const indent = ' '.repeat(column)
  const previous = slotsOf(node)[index - 1]
  const floor = previous ? nextLine(text, previous.end) : floorOf(text, node)
  const lead = firstOnLine(text, slot.start)
    ? text.slice(slotLead(text, slot, floor), lineStart(text, slot.start))
    : ''
  const body = text.slice(begin, slotEnd(text, slot, column))
  const own = body.includes('#') || body.includes('\n') || slot.value.block
  return { lead: reindent(`\n${lead}`, indent, '').slice(1), text: body, indent, block: own, anchored, out }
}

function isAnchored(node: TreeNode): boolean {
  if (node.alias !== undefined || node.anchor !== undefined) return true
  return [...node.entries, ...node.items].some(({ value }) => isAnchored(value))
}
