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
    try {
      localStorage.setItem(LOCAL_DRAFT + draft.id, JSON.stringify(draft))
      return true
    } catch {
      return false
    }
  },
  remove: forgetDraft,
}
