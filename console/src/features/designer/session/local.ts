import { forgetDraft, LOCAL_DRAFT } from '~/data/drafts'
import type { Draft } from '../api/drafts'

/** Drafts in this browser: there at once, and also while the server is away. */
export interface LocalDrafts {
  read(id: string): Draft | undefined
  /** False when the browser keeps nothing, or has no room. */
  write(draft: Draft): boolean
  remove(id: string): void
}

export const localDrafts: LocalDrafts = {
  read(id) {
    try {
      const draft = JSON.parse(localStorage.getItem(LOCAL_DRAFT + id) ?? 'null')
      return typeof draft?.text === 'string' && typeof draft?.savedAt === 'number' ? draft : undefined
    } catch {
      return undefined
    }
  },
  write(draft) {
    const text = JSON.stringify(draft)
    return put(draft.id, text) || (makeRoom(draft) && put(draft.id, text))
  },
  remove: forgetDraft,
}

function put(id: string, text: string): boolean {
  try {
    localStorage.setItem(LOCAL_DRAFT + id, text)
    return true
  } catch {
    return false
  }
}

/** Drafts that nobody has touched for so many seconds give way when there is no room for a newer one:
 * 90 days. The server has its own copy of them. */
const OLD_SECONDS = 90 * 86_400

/** Removes old drafts; false when there are none. */
function makeRoom({ id, savedAt }: Draft): boolean {
  const ids = keys().map(key => key.slice(LOCAL_DRAFT.length))
  const old = ids.filter(one => {
    const draft = one === id ? undefined : localDrafts.read(one)
    return draft !== undefined && draft.savedAt < savedAt - OLD_SECONDS
  })
  for (const one of old) localDrafts.remove(one)
  return old.length > 0
}

function keys(): string[] {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(LOCAL_DRAFT))
  } catch {
    return []
  }
}
