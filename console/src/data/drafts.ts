import { own, send } from './client'
import type { Seconds } from './types'

/** A draft as lists show it. */
export interface DraftRow {
  id: string
  title: string
  savedAt: Seconds
  /** The machine that it is a draft of; none of one that was never created. */
  stateMachineArn?: string
}

/** Behind this the browser keeps its own copy of a draft, under the draft's id. */
export const LOCAL_DRAFT = 'stateline.draft.'

/** The server's drafts, the latest first. */
export async function listDrafts(signal?: AbortSignal): Promise<DraftRow[]> {
  return (await own<{ drafts: DraftRow[] }>('drafts', {}, { signal })).drafts
}

export function deleteDraft(id: string): Promise<unknown> {
  return send('DELETE', 'drafts/item', undefined, { parameters: { id } })
}

/** Forgets this browser's own copy of a draft. */
export function forgetDraft(id: string) {
  try {
    localStorage.removeItem(LOCAL_DRAFT + id)
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
}
