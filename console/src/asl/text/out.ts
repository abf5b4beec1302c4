import type { Format } from '../program'
import type { TreeNode } from '../tree'

/** A value that is to be written, in the order in which it is to be written. */
export type Out =
  | { kind: 'object'; entries: [key: string, value: Out][] }
  | { kind: 'array'; items: Out[] }
  | { kind: 'string'; text: string }
  /** Numbers keep all their digits. */
  | { kind: 'plain'; json: string }

export function outOf(value: unknown): Out {
  if (Array.isArray(value)) return { kind: 'array', items: value.map(outOf) }
  if (typeof value === 'string') return { kind: 'string', text: value }
  if (typeof value !== 'object' || value === null)
    return { kind: 'plain', json: JSON.stringify(value ?? null) }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return { kind: 'object', entries: entries.map(([key, part]) => [key, outOf(part)]) }
}

/** What the text says, with the last of entries that stand twice. */
export function outOfTree(text: string, node: TreeNode, format: Format): Out {
  if (node.kind === 'array') {
    return { kind: 'array', items: node.items.map(item => outOfTree(text, item.value, format)) }
  }
  if (node.kind === 'object') {
    const last = new Map(node.entries.map(entry => [entry.key, entry]))
    const counting = node.entries.filter(entry => last.get(entry.key) === entry)
    const entries = counting.map(({ key, value }): [string, Out] => [key, outOfTree(text, value, format)])
    return { kind: 'object', entries }
  }
  if (node.kind === 'string') return { kind: 'string', text: String(node.value) }
  const written = text.slice(node.start, node.end)
  const exact =
    node.kind === 'number' && !node.alias && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(written)
  return { kind: 'plain', json: exact ? written : JSON.stringify(finite(node.value)) }
}

function finite(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** Whether it is an object or an array with something in it. */
export function hasParts(out: Out): boolean {
  if (out.kind === 'object') return out.entries.length > 0
  return out.kind === 'array' && out.items.length > 0
}

/** Whether no object with parts is in it, and no array but of plain values. */
export function isFlat(out: Out): boolean {
  if (out.kind === 'array') return out.items.every(item => !hasParts(item))
  if (out.kind !== 'object') return true
  return out.entries.every(([, value]) => !hasParts(value) || (value.kind === 'array' && isFlat(value)))
}
