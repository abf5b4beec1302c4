import type { ExecutionFilter } from '~/data/filter'

/** A filter that somebody has given a name, in this browser. */
export interface View {
  name: string
  filter: ExecutionFilter
}

const KEY = 'stateline.views'

export function readViews(): View[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isView) : []
  } catch {
    return []
  }
}

function isView(value: unknown): value is View {
  const view = value as View | null
  return typeof view?.name === 'string' && typeof view.filter === 'object' && view.filter !== null
}

/** Puts a view under its name, in the place of another of that name. */
export function withView(views: readonly View[], view: View): View[] {
  return [...views.filter(one => one.name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name))
}

/** Keeps them. False when the browser keeps nothing. */
export function keepViews(views: readonly View[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(views))
    return true
  } catch {
    return false
  }
}
