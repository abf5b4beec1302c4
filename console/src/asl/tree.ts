import type { Range } from './program'

export type TreeKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

/** A value of the text with its place. The same for JSON and YAML, so that commands need not know the format. */
export interface TreeNode extends Range {
  kind: TreeKind
  /** As plain data. Of an alias, what it stands for. */
  value: unknown
  /** Where its anchor or tag begins; `start` without one. */
  outer: number
  /** Written in YAML's block style: by indentation, or with `|` or `>`. */
  block: boolean
  /** How many values it has, itself included. */
  size: number
  /** The name of the YAML anchor in front of it. */
  anchor?: string
  /** The name of the anchor when it is an alias; then entries and items stand elsewhere. */
  alias?: string
  /** Of an object, in the order of the text, with those that stand twice. */
  entries: Entry[]
  /** Of an array. */
  items: Item[]
}

export interface Entry {
  key: string
  /** Where the key begins, with its quote. */
  start: number
  /** Where the key ends, behind its quote. */
  keyEnd: number
  /** Behind the colon. */
  colonEnd: number
  value: TreeNode
}

export interface Item {
  /** The dash of a YAML block item; else where the value begins. */
  start: number
  value: TreeNode
}

export interface Broken {
  message: string
  offset: number
}

export type Parsed = { tree: TreeNode } | { broken: Broken }

const NONE: never[] = []

/** A value without parts. */
export function leaf(kind: TreeKind, value: unknown, range: Range): TreeNode {
  const { start, end } = range
  return { kind, value, start, end, outer: start, block: false, size: 1, entries: NONE, items: NONE }
}

/** Gives `object` a key also when it is one that plain assignment treats otherwise. */
export function define(object: Record<string, unknown>, key: string, value: unknown) {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

/** The entry that counts: of several with the same key, the last. */
export function entryOf(node: TreeNode | undefined, key: string): Entry | undefined {
  return node?.entries.findLast(entry => entry.key === key)
}

function childOf(node: TreeNode | undefined, segment: string): TreeNode | undefined {
  if (node?.kind !== 'array') return entryOf(node, segment)?.value
  return /^(0|[1-9]\d*)$/.test(segment) ? node.items[Number(segment)]?.value : undefined
}

/** The value at a JSON pointer. */
export function nodeAt(root: TreeNode | undefined, pointer: string): TreeNode | undefined {
  return segments(pointer).reduce<TreeNode | undefined>(childOf, root)
}

/** The parts of a JSON pointer, with nothing escaped. */
export function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** A JSON pointer with one more part. */
export function join(pointer: string, ...parts: (string | number)[]): string {
  const escaped = parts.map(part => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
  return [pointer, ...escaped].join('/')
}

/** The pointer of what holds the value at `pointer`, and the value's own last part. */
export function split(pointer: string): { parent: string; key: string } {
  const at = pointer.lastIndexOf('/')
  return { parent: pointer.slice(0, Math.max(at, 0)), key: segments(pointer).at(-1) ?? '' }
}
