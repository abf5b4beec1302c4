/** Readers of search parameters: what does not fit counts as absent, so no link can break a screen. */

export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function texts(value: unknown): string[] | undefined {
  const found = (Array.isArray(value) ? value : [value]).map(text).filter(one => one !== undefined)
  return found.length > 0 ? found : undefined
}

export function flag(value: unknown): true | undefined {
  return value === true || value === 'true' || value === 1 ? true : undefined
}

export function oneOf<const T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find(one => one === value)
}

/** Only what is there, so that links need not name what they leave out. */
export function present<T extends Record<string, unknown>>(all: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const found = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as { [K in keyof T]?: NonNullable<T[K]> }
}
