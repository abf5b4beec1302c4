import type { Edit, Range } from '../program'
import type { TreeNode } from '../tree'
import { firstOnLine, indentAt, lineEnd, lineStart, nextLine } from './lines'
import type { Style } from './style'

/** An entry or an item: where it begins and where its value ends. */
export interface Slot extends Range {
  value: TreeNode
}

export function slotsOf(node: TreeNode): Slot[] {
  if (node.kind === 'array') {
    return node.items.map(({ start, value }) => ({ start, end: Math.max(start + 1, value.end), value }))
  }
  return node.entries.map(({ start, colonEnd, value }) => ({
    start,
    end: Math.max(colonEnd, value.end),
    value,
  }))
}

export function hasSlots(node: TreeNode): boolean {
  return node.entries.length > 0 || node.items.length > 0
}

/** Where a new slot goes, and what surrounds it there. */
export interface Gap {
  at: number
  before: string
  after: string
  /** The indentation of the new slot's line. */
  indent: string
  /** It shares a line with its neighbours. */
  inline: boolean
}

/** The gap in front of slot `index`; at the end when there are as many slots. Only for nodes with slots. */
export function gapAt(text: string, node: TreeNode, index: number, style: Style): Gap {
  return node.block ? blockGap(text, node, index, style) : flowGap(text, node, index, style)
}

/** What to cut so that slot `index` is gone, of a node that has others. */
export function withoutSlot(text: string, node: TreeNode, index: number): Edit[] {
  const range = node.block ? blockRange(text, node, index) : flowRange(text, node, index)
  return [{ ...range, insert: '' }]
}

function flowGap(text: string, node: TreeNode, index: number, style: Style): Gap {
  const slots = slotsOf(node)
  const next = slots[index]
  const previous = slots[index - 1]
  const between = separator(text, node, slots, index, style)
  const inline = !between.includes('\n')
  const first = slots[0]
  const broken = slots.find(slot => firstOnLine(text, slot.start)) ?? first
  const indent = indentAt(text, (inline ? first : broken)?.start ?? node.start)
  if (previous) return { at: previous.end, before: between, after: '', indent, inline }
  return { at: next?.start ?? node.start + 1, before: '', after: between, indent, inline }
}

/** The comma with its blanks, as the neighbours have it. */
function separator(text: string, node: TreeNode, slots: Slot[], index: number, style: Style): string {
  const gap = (left: number) => {
    const [a, b] = [slots[left], slots[left + 1]]
    return a && b ? text.slice(a.end, b.start) : undefined
  }
  const near = gap(index - 1) ?? gap(index - 2) ?? gap(index)
  if (near !== undefined && !near.includes('#')) return near
  const first = slots[0]
  const lead = first ? text.slice(node.start + 1, first.start) : ''
  if (!lead.includes('\n') && !near?.includes('\n')) return style.comma
  return `,${style.eol}${indentAt(text, first?.start ?? node.start)}`
}

function flowRange(text: string, node: TreeNode, index: number): Range {
  const slots = slotsOf(node)
  const [previous, slot, next] = [slots[index - 1], slots[index], slots[index + 1]]
  if (!slot) return { start: node.start, end: node.start }
  const plain = (range: Range) => !text.slice(range.start, range.end).includes('#')
  if (previous && plain({ start: previous.end, end: slot.start }))
    return { start: previous.end, end: slot.end }
  if (!previous && next && plain({ start: slot.end, end: next.start }))
    return { start: slot.start, end: next.start }
  // A comment of YAML stands between: it stays, and a comma at the end is allowed.
  const comma = /^\s*,/.exec(text.slice(slot.end))
  const end = slot.end + (comma ? comma[0].length : 0)
  const alone = firstOnLine(text, slot.start) && text.slice(end, lineEnd(text, end)).trim() === ''
  return alone ? { start: lineStart(text, slot.start), end: nextLine(text, end) } : { start: slot.start, end }
}

function blockGap(text: string, node: TreeNode, index: number, style: Style): Gap {
  const slots = slotsOf(node)
  const [first, previous] = [slots[0], slots[index - 1]]
  const column = ' '.repeat((first?.start ?? 0) - lineStart(text, first?.start ?? 0))
  if (previous) {
    const blank = blankLines(text, slots, index) > 0 ? style.eol : ''
    const at = slotEnd(text, previous, column.length)
    return { at, before: blank + style.eol + column, after: '', indent: column, inline: false }
  }
  const at = first?.start ?? node.start
  const blank = blankLines(text, slots, 1) > 0 ? style.eol : ''
  return { at, before: '', after: blank + style.eol + column, indent: column, inline: false }
}

/** Blank lines in front of slot `index`, or of the last one. */
function blankLines(text: string, slots: Slot[], index: number): number {
  const right = slots[index] ? index : slots.length - 1
  const [a, b] = [slots[right - 1], slots[right]]
  if (!a || !b) return 0
  const lines = text.slice(lineEnd(text, a.end), lineStart(text, b.start)).split('\n').slice(1, -1)
  return lines.filter(line => line.trim() === '').length
}

/** The end of a block slot: of its last line, with the comments that are indented below it. */
export function slotEnd(text: string, slot: Slot, column: number): number {
  let end = lineEnd(text, slot.end)
  for (let line = nextLine(text, end); line > end && line < text.length; line = nextLine(text, line)) {
    const blanks = indentAt(text, line).length
    if (text[line + blanks] !== '#' || blanks <= column) break
    end = lineEnd(text, line)
  }
  return end
}

/** Where the comment lines right above a block slot begin; its own line without such. */
export function slotLead(text: string, slot: Slot, floor: number): number {
  let start = lineStart(text, slot.start)
  const indent = indentAt(text, start)
  while (start > floor) {
    const above = lineStart(text, start - 1)
    if (above < floor || indentAt(text, above) !== indent || text[above + indent.length] !== '#') break
    start = above
  }
  return start
}

function blockRange(text: string, node: TreeNode, index: number): Range {
  const slots = slotsOf(node)
  const [previous, slot, next] = [slots[index - 1], slots[index], slots[index + 1]]
  if (!slot) return { start: node.start, end: node.start }
  const column = slot.start - lineStart(text, slot.start)
  if (!firstOnLine(text, slot.start)) {
    // Behind a dash: what follows takes its place, comments between stay.
    const end = next && !text.slice(slot.end, next.start).includes('#') ? next.start : slot.end
    return { start: slot.start, end }
  }
  const end = slotEnd(text, slot, column)
  if (!previous)
    return { start: slotLead(text, slot, floorOf(text, node)), end: blanksAfter(text, nextLine(text, end)) }
  const floor = nextLine(text, previous.end)
  let start = slotLead(text, slot, floor)
  while (start > floor && text.slice(lineStart(text, start - 1), start).trim() === '')
    start = lineStart(text, start - 1)
  return { start: previousEnd(text, start), end }
}

/** In front of the line break that stands before `at`. */
function previousEnd(text: string, at: number): number {
  if (text[at - 1] !== '\n') return at
  return text[at - 2] === '\r' ? at - 2 : at - 1
}

function blanksAfter(text: string, at: number): number {
  let end = at
  while (end < text.length && text.slice(end, nextLine(text, end)).trim() === '') end = nextLine(text, end)
  return end
}

/** The comments above the first slot reach up to here. At the head of a file they speak of the file. */
export function floorOf(text: string, node: TreeNode): number {
  if (indentAt(text, node.start) === '' && lineStart(text, node.start) === node.start)
    return lineStart(text, node.start)
  return 0
}
