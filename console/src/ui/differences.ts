/** One difference between two documents. */
export interface Difference {
  kind: 'added' | 'removed' | 'changed'
  /** Such as `order.items[2].price`; '' for the whole. */
  path: string
  before?: unknown
  after?: unknown
}

/** More than these are not told one by one. */
const DIFFERENCES_MAX = 500

/** What is different between two documents, in the order of the second, by structure. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = []
  compare(before, after, '', found)
  return found
}

function compare(before: unknown, after: unknown, path: string, found: Difference[]) {
  if (found.length >= DIFFERENCES_MAX || Object.is(before, after)) return
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    for (let at = 0; at < length; at++) {
      const inner = `${path}[${at}]`
      if (at >= before.length) found.push({ kind: 'added', path: inner, after: after[at] })
      else if (at >= after.length) found.push({ kind: 'removed', path: inner, before: before[at] })
      else compare(before[at], after[at], inner, found)
    }
  } else if (isObject(before) && isObject(after)) {
    for (const [key, value] of Object.entries(before)) {
      if (!Object.hasOwn(after, key)) found.push({ kind: 'removed', path: inside(path, key), before: value })
    }
    for (const [key, value] of Object.entries(after)) {
      if (!Object.hasOwn(before, key)) found.push({ kind: 'added', path: inside(path, key), after: value })
      else compare(before[key], value, inside(path, key), found)
    }
  } else found.push({ kind: 'changed', path, before, after })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function inside(path: string, key: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path ? `${path}.${key}` : key
}
