export type Holder = Record<string, unknown>

export function isObject(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: unknown): unknown[] | undefined {
  return value === undefined ? [] : Array.isArray(value) ? value : undefined
}
