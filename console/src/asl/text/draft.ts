import { applyEdits, Steps } from '../apply'
import type { Edit, Program, Source } from '../program'
import { programOf, readProgram, rereadTree } from '../read'
import { entryOf, join, nodeAt, segments, split, type TreeNode } from '../tree'
import { sameValue } from './equal'
import { lineStart } from './lines'
import { fieldIndex, hasFields } from './order'
import { type Out, outOf } from './out'
import { type Content, type Slice, sliceOf } from './slice'
import { hasSlots, slotsOf, withoutSlot } from './slots'
import { type Style, styleOf } from './style'
import type { Lay } from './write'
import { type Around, Writer } from './writer'

/** Why a command cannot be done, in plain words. */
export class Refusal extends Error {}

/** A definition while a command works on it: step by step, each step on a text that can be read. */
export class Draft {
  readonly style: Style
  private readonly steps: Steps
  private tree: TreeNode
  /** What the tree says as a definition, once somebody has asked. */
  private known: Program | undefined
  private written: string

  constructor(
    private readonly source: Source,
    program: Program,
  ) {
    this.steps = new Steps(source.text)
    this.written = source.text
    this.tree = program.tree
    this.known = program
    this.style = styleOf(source.text, program.tree, source.format)
  }

  get text(): string {
    return this.written
  }

  get program(): Program {
    this.known ??= programOf(this.tree)
    return this.known
  }

  /** All that was done, as edits of the text in the beginning. */
  edits(): Edit[] {
    return this.steps.edits()
  }

  node(pointer: string): TreeNode | undefined {
    return nodeAt(this.tree, pointer)
  }

  has(pointer: string): boolean {
    return this.node(pointer) !== undefined
  }

  /** Does edits of the text as it stands. */
  edit(edits: Edit[]) {
    if (edits.length === 0) return
    const sorted = edits.toSorted((a, b) => a.start - b.start)
    const text = applyEdits(this.written, sorted)
    const now = { text, format: this.source.format }
    const tree = rereadTree(this.tree, sorted, now)
    const { program, broken } = tree ? {} : readProgram(now)
    if (!tree && !program) {
      const why = broken ? ` (${broken.message})` : ''
      throw new Refusal(
        `The text is written in a way that this change would break${why}. Edit the text itself.`,
      )
    }
    this.steps.apply(sorted)
    this.written = text
    this.tree = tree ?? (program as Program).tree
    this.known = program
  }

  /** Gives the value at a pointer another value. What is equal in both stays as it is written. */
  set(pointer: string, value: unknown, lay: Lay = 'style') {
    const node = this.node(pointer)
    if (!node) return this.add(pointer, value, lay)
    if (sameValue(node.value, value)) return
    if (!node.alias && isParts(value) && Array.isArray(value) === (node.kind === 'array') && hasSlots(node)) {
      return Array.isArray(value) ? this.setItems(pointer, value) : this.setEntries(pointer, value)
    }
    this.replace(pointer, node, outOf(value))
  }

  /** Takes the value at a pointer away, with its key. Nothing happens where there is none. */
  remove(pointer: string) {
    const { parent, key } = split(pointer)
    const holder = this.node(parent)
    const index = holder ? slotIndex(holder, key) : -1
    if (!holder || index < 0) return
    this.guard(parent)
    this.guardAnchors(holder, index)
    if (slotsOf(holder).length > 1) return this.edit(withoutSlot(this.written, holder, index))
    this.edit(this.writer.clear(holder, this.around(parent)))
  }

  /** Puts an entry into the object at `parent`; last without an index. */
  insert(parent: string, key: string, content: Content, index?: number, lay: Lay = 'style') {
    const holder = this.holder(parent, 'object')
    this.put(parent, holder, index ?? holder.entries.length, key, content, lay)
  }

  /** Puts an item into the array at `parent`. */
  insertItem(parent: string, index: number, content: Content, lay: Lay = 'style') {
    const holder = this.holder(parent, 'array')
    this.put(parent, holder, index, undefined, content, lay)
  }

  /** The text of the value at a pointer, to be put elsewhere. */
  slice(pointer: string): Slice | undefined {
    const { parent, key } = split(pointer)
    const holder = this.node(parent)
    return holder && sliceOf(this.written, holder, slotIndex(holder, key), this.source.format)
  }

  renameKey(pointer: string, name: string) {
    const { parent, key } = split(pointer)
    this.guard(parent)
    const entry = entryOf(this.node(parent), key)
    if (!entry) return
    this.edit([{ start: entry.start, end: entry.keyEnd, insert: this.writer.keyLike(entry.start, name) }])
  }

  /** Gives an entry another key and another value, at its place. */
  swap(pointer: string, key: string, value: unknown) {
    const { parent, key: old } = split(pointer)
    this.guard(parent)
    const entry = entryOf(this.node(parent), old)
    if (!entry) return this.set(join(parent, key), value)
    const insert = this.writer.scalarLike(entry.value, outOf(value))
    this.edit([
      { start: entry.start, end: entry.keyEnd, insert: this.writer.keyLike(entry.start, key) },
      { start: entry.value.start, end: entry.value.end, insert },
    ])
  }

  /** The edit that gives a scalar another text, in the way the old one is written. */
  textEdit(node: TreeNode, text: string): Edit {
    return {
      start: node.start,
      end: node.end,
      insert: this.writer.scalarLike(node, { kind: 'string', text }),
    }
  }

  /** Refuses when what stands at the pointer is shared by an anchor of YAML. */
  guard(pointer: string) {
    let node: TreeNode | undefined = this.tree
    for (const segment of ['', ...segments(pointer)]) {
      if (segment !== '' || node !== this.tree) node = node && nodeAt(node, join('', segment))
      const name =
        node?.alias ?? (node?.anchor && this.uses(node.anchor).length > 0 ? node.anchor : undefined)
      if (name)
        throw new Refusal(
          `This part is shared by the anchor &${name} of the YAML text. Edit the text itself.`,
        )
    }
  }

  /** Where an alias stands for the anchor of this name. */
  private uses(name: string): TreeNode[] {
    const found: TreeNode[] = []
    const visit = (node: TreeNode) => {
      if (node.alias === name) found.push(node)
      if (node.alias) return
      for (const { value } of [...node.entries, ...node.items]) visit(value)
    }
    visit(this.tree)
    return found
  }

  private guardAnchors(holder: TreeNode, index: number) {
    const slot = slotsOf(holder)[index]
    const visit = (node: TreeNode) => {
      if (node.alias) return
      const outside = node.anchor ? this.uses(node.anchor) : []
      if (slot && outside.some(use => use.start < slot.start || use.start >= slot.end)) {
        throw new Refusal(
          `The anchor &${node.anchor} in it is used elsewhere in the YAML text. Edit the text itself.`,
        )
      }
      for (const { value } of [...node.entries, ...node.items]) visit(value)
    }
    if (slot && this.style.format === 'yaml') visit(slot.value)
  }

  private add(pointer: string, value: unknown, lay: Lay) {
    const { parent, key } = split(pointer)
    if (!this.has(parent)) this.add(parent, {}, 'style')
    const holder = this.node(parent)
    if (holder?.kind === 'array') {
      if (!/^(-|\d+)$/.test(key)) throw new Refusal(`${parent} is a list; it has no field ${key}.`)
      return this.insertItem(parent, holder.items.length, { out: outOf(value) }, lay)
    }
    const at = holder && hasFields(parent) ? fieldIndex(holder, key) : undefined
    this.insert(parent, key, { out: outOf(value) }, at, lay)
  }

  private setEntries(pointer: string, value: object) {
    for (const key of new Set(this.node(pointer)?.entries.map(entry => entry.key))) {
      if (!Object.hasOwn(value, key) || (value as Record<string, unknown>)[key] === undefined) {
        // The last one is only taken when nothing comes in its place.
        if (Object.keys(value).length > 0) this.later(pointer, key, value)
        this.remove(join(pointer, key))
      }
    }
    let before: string | undefined
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue
      const inner = join(pointer, key)
      const node = this.node(pointer)
      if (this.has(inner) || !node || hasFields(pointer)) this.set(inner, part)
      else {
        const at = before === undefined ? 0 : node.entries.findLastIndex(entry => entry.key === before) + 1
        this.insert(pointer, key, { out: outOf(part) }, at)
      }
      before = key
    }
  }

  /** Puts in a new key before the only old one goes, so that the object never stands empty. */
  private later(pointer: string, key: string, value: object) {
    const node = this.node(pointer)
    const first = Object.entries(value).find(([other, part]) => part !== undefined && other !== key)
    if (!node || node.entries.length > 1 || !first || this.has(join(pointer, first[0]))) return
    this.insert(pointer, first[0], { out: outOf(first[1]) }, 1)
  }

  private setItems(pointer: string, value: unknown[]) {
    const old = this.node(pointer)?.items.map(item => item.value.value) ?? []
    let head = 0
    while (head < old.length && head < value.length && sameValue(old[head], value[head])) head++
    let tail = 0
    const most = Math.min(old.length, value.length) - head
    while (tail < most && sameValue(old[old.length - 1 - tail], value[value.length - 1 - tail])) tail++
    const common = most - tail
    for (let index = head; index < head + common; index++) this.set(join(pointer, index), value[index])
    for (let index = head + common; index < value.length - tail; index++) {
      this.insertItem(pointer, index, { out: outOf(value[index]) })
    }
    for (let index = old.length - tail - 1; index >= value.length - tail; index--)
      this.remove(join(pointer, index))
  }

  /** The collection at a pointer; one is made of nothing. */
  private holder(pointer: string, kind: 'object' | 'array'): TreeNode {
    const node = this.node(pointer)
    if (!node) this.add(pointer, kind === 'array' ? [] : {}, 'style')
    else if (node.kind === 'null') this.replace(pointer, node, outOf(kind === 'array' ? [] : {}))
    else if (node.kind !== kind) {
      throw new Refusal(`${pointer || 'The definition'} is no ${kind === 'array' ? 'list' : 'object'}.`)
    }
    const found = this.node(pointer)
    if (found?.kind !== kind) throw new Refusal(`${pointer} cannot be written.`)
    return found
  }

  private put(
    pointer: string,
    holder: TreeNode,
    index: number,
    key: string | undefined,
    content: Content,
    lay: Lay,
  ) {
    this.guard(pointer)
    if (hasSlots(holder)) return this.edit(this.writer.put(holder, index, key, content, lay))
    const outer = pointer === '' ? undefined : this.node(split(pointer).parent)
    this.edit(this.writer.fill(holder, outer, this.around(pointer), key, content, lay))
  }

  private replace(pointer: string, node: TreeNode, out: Out) {
    const { parent, key } = split(pointer)
    const holder = pointer === '' ? undefined : this.node(parent)
    this.guard(parent)
    if (holder) this.guardAnchors(holder, slotIndex(holder, key))
    this.edit(this.writer.replace(node, holder, this.around(pointer), out))
  }

  private get writer(): Writer {
    return new Writer(this.written, this.style)
  }

  private around(pointer: string): Around | undefined {
    const { parent, key } = split(pointer)
    const holder = pointer === '' ? undefined : this.node(parent)
    const slot = holder?.block ? slotsOf(holder)[slotIndex(holder, key)] : undefined
    if (!holder || !slot) return undefined
    const inList = holder.kind === 'array'
    const behind = inList ? slot.start + 1 : (entryOf(holder, key)?.colonEnd ?? slot.start)
    return { behind, column: ' '.repeat(slot.start - lineStart(this.written, slot.start)), inList }
  }
}

function isParts(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function slotIndex(holder: TreeNode, key: string): number {
  if (holder.kind === 'array') return holder.items[Number(key)] ? Number(key) : -1
  return holder.entries.findLastIndex(entry => entry.key === key)
}
