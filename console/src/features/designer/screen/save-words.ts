import type { AutosaveState } from '../session/autosave'
import type { SaveState } from '../session/session'

interface Standing {
  dirty: boolean
  isNew: boolean
  saving: SaveState
  autosave: AutosaveState
  /** Writes a moment of today, such as `14:03`. */
  clock: (seconds: number) => string
}

/** How the text stands, in a few words, and whether that should worry anybody. */
export function saveWords({ dirty, isNew, saving, autosave, clock }: Standing): {
  text: string
  bad?: boolean
} {
  if (saving.busy) return { text: 'Saving…' }
  if (autosave.server === 'conflict') return { text: 'The draft was changed elsewhere', bad: true }
  if (!dirty) {
    if (saving.savedAt !== undefined) return { text: `Saved ${clock(saving.savedAt)}` }
    return { text: isNew ? 'Not saved yet' : 'Saved' }
  }
  if (autosave.server === 'kept' && autosave.savedAt !== undefined) {
    return { text: `Draft kept ${clock(autosave.savedAt)}` }
  }
  if (autosave.local !== 'kept') return { text: 'Unsaved changes', bad: autosave.local === 'failed' }
  if (autosave.server === 'away') return { text: 'Kept in this browser; the server is away', bad: true }
  if (autosave.server === 'refused') return { text: 'Kept in this browser only', bad: true }
  return { text: 'Unsaved changes' }
}
