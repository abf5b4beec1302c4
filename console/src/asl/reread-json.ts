import type { Edit } from './program'
import { parseJson } from './read-json'
import { define, type Entry, type Item, leaf, type TreeNode } from './tree'

/** Stands for the slots of an object and of an array that need not be read again. */
const SENTINELS = { object: '"":""', array: '""' }

type Slot = Entry | Item

/**
 * The tree of a text after edits of it, of which only what they touch is read. `tree` is of the text
 * before, `text` is the one after, the edits are sorted and apart and count in the one before. Undefined
 * when the edits reach out of the outermost braces, or when the text is broken now: then all of it must
 * be read, which also says why.
 */
export function rereadJson(tree: TreeNode, text: string, edits: readonly Edit[]): TreeNode | undefined {
  if (!edits.every(edit => isInside(edit, tree))) return undefined
  return reread(tree, text, edits, 0)
}

/** Whether an edit is between the braces of a value. */
function isInside({ start, end }: Edit, { kind, ...value }: TreeNode): boolean {
  return (kind === 'object' || kind === 'array') && value.start < start && end < value.end
}

/** A value with all the edits between its braces; it begins `shift` further than it did. */
function reread(node: TreeNode, text: string, edits: readonly Edit[], shift: number): TreeNode | undefined {
  const slots: readonly Slot[] = node.kind === 'array' ? node.items : node.entries
  const loose = edits.filter(edit => !slots.some(slot => isInside(edit, slot.value)))
  const from = loose[0]?.start ?? Number.POSITIVE_INFINITY
  const to = loose.at(-1)?.end ?? Number.POSITIVE_INFINITY
  const before = slots.filter(slot => slot.value.end < from)
  const after = loose.length === 0 ? [] : slots.filter(slot => slot.start > to)
  const head = followed(before, text, edits, shift)
  if (!head) return undefined
  let { slots: all, shift: moved } = head
  if (loose.length > 0) {
    const start = before.at(-1)?.value.end ?? node.start + 1
    const end = after[0]?.start ?? node.end - 1
    const middle = text.slice(start + moved, end + moved + grown(edits, start, end))
    const read = readSlots(node, middle, before.length > 0, after.length > 0, start + moved)
    moved += grown(edits, start, end)
    const tail = read && followed(after, text, edits, moved)
    if (!tail) return undefined
    all = [...all, ...read, ...tail.slots]
    moved = tail.shift
  }
  return holding(node, all, { start: node.start + shift, end: node.end + moved })
}

/** How much longer edits make what is between two offsets. */
function grown(edits: readonly Edit[], from: number, to: number): number {
  return edits.reduce(
    (sum, { start, end, insert }) => (start >= from && end <= to ? sum + insert.length - (end - start) : sum),
    0,
  )
}

/** Slots that stay slots; edits are only between the braces of their values. */
function followed(slots: readonly Slot[], text: string, edits: readonly Edit[], first: number) {
  const result: Slot[] = []
  let shift = first
  let next = 0
  for (const slot of slots) {
    while (next < edits.length && (edits[next] as Edit).end <= slot.start) next++
    let last = next
    while (last < edits.length && (edits[last] as Edit).end < slot.value.end) last++
    if (last === next) {
      result.push(moveSlot(slot, shift))
      continue
    }
    const inner = edits.slice(next, last)
    const value = reread(slot.value, text, inner, shift)
    if (!value) return undefined
    result.push({ ...moveStart(slot, shift), value })
    shift += grown(inner, slot.value.start, slot.value.end)
    next = last
  }
  return { slots: result, shift }
}

/** Reads a stretch of slots, with the commas to its neighbours. It begins at `offset` in the text. */
function readSlots(
  { kind }: TreeNode,
  stretch: string,
  hasBefore: boolean,
  hasAfter: boolean,
  offset: number,
): Slot[] | undefined {
  const isArray = kind === 'array'
  const sentinel = isArray ? SENTINELS.array : SENTINELS.object
  const [open, close] = isArray ? '[]' : '{}'
  const head = open + (hasBefore ? sentinel : '')
  const tail = (hasAfter ? sentinel : '') + close
  const parsed = parseJson(head + stretch + tail)
  if (!('tree' in parsed) || parsed.tree.kind !== kind) return undefined
  const slots: Slot[] = isArray ? parsed.tree.items : parsed.tree.entries
  // An open quote in the stretch would have swallowed what stands for its neighbours.
  const first = hasBefore ? slots[0]?.value.end === head.length : true
  const last = hasAfter ? slots.at(-1)?.start === head.length + stretch.length : true
  if (!first || !last) return undefined
  const own = slots.slice(hasBefore ? 1 : 0, hasAfter ? -1 : undefined)
  return own.map(slot => moveSlot(slot, offset - head.length))
}

/** A collection like `node` with these slots. */
function holding(node: TreeNode, slots: Slot[], range: { start: number; end: number }): TreeNode {
  const size = slots.reduce((sum, { value }) => sum + value.size, 1)
  if (node.kind === 'array') {
    const values = slots.map(({ value }) => value.value)
    return { ...leaf('array', values, range), size, items: slots }
  }
  const value = {}
  const entries = slots as Entry[]
  for (const entry of entries) define(value, entry.key, entry.value.value)
  return { ...leaf('object', value, range), size, entries }
}

function moveSlot<T extends Slot>(slot: T, by: number): T {
  return by === 0 ? slot : { ...moveStart(slot, by), value: moveNode(slot.value, by) }
}

function moveStart<T extends Slot>(slot: T, by: number): T {
  if (!('key' in slot)) return { ...slot, start: slot.start + by }
  return { ...slot, start: slot.start + by, keyEnd: slot.keyEnd + by, colonEnd: slot.colonEnd + by }
}

/** The same value somewhere else. */
function moveNode(node: TreeNode, by: number): TreeNode {
  return {
    ...node,
    start: node.start + by,
    end: node.end + by,
    outer: node.outer + by,
    entries: node.entries.length === 0 ? node.entries : node.entries.map(entry => moveSlot(entry, by)),
    items: node.items.length === 0 ? node.items : node.items.map(item => moveSlot(item, by)),
  }
}
