import type { Format, StateId } from '~/asl/program'
import { own, send } from '~/data/client'
import type { MachineType, Seconds } from '~/data/types'

/** What is kept of an open definition. */
export interface DraftContent {
  id: string
  title: string
  text: string
  format: Format
  machineType: MachineType
  stateMachineArn?: string
  baseRevisionId?: string
  sampleInputs?: Record<StateId, string>
}

/** A draft as it is stored, by the server or by this browser. */
export interface Draft extends DraftContent {
  savedAt: Seconds
  editor: string
}

export interface OtherEditor {
  editor: string
  seenAt: Seconds
}

/** What others do meanwhile. */
export interface Standing {
  /** The revision that the draft's machine has now; '' is the first. */
  machineRevisionId?: string
  /** When it got that; undefined for the first. */
  machineUpdatedAt?: Seconds
  /** Other tabs that asked for the draft or saved it a moment ago. */
  editors: OtherEditor[]
}

export interface Kept extends Standing {
  savedAt: Seconds
}

const EDITOR_KEY = 'stateline.editor'

/** This tab, as other editors hear of it: the same after a reload, another one in a copy of the tab. */
export const EDITOR = editorOfTab()

function editorOfTab(): string {
  const fresh = `tab-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`
  try {
    // It is only written down while the page is left, so that a copied tab does not find it.
    const known = sessionStorage.getItem(EDITOR_KEY) ?? fresh
    sessionStorage.removeItem(EDITOR_KEY)
    window.addEventListener('pagehide', () => sessionStorage.setItem(EDITOR_KEY, known))
    window.addEventListener('pageshow', () => sessionStorage.removeItem(EDITOR_KEY))
    return known
  } catch {
    return fresh
  }
}

/** The stored draft, if there is one, and what others do. Asking makes this tab known to them. */
export async function getDraft(id: string): Promise<{ draft?: Draft; standing: Standing }> {
  const answer = await own<Standing & Partial<Draft>>('drafts/item', { id, editor: EDITOR })
  const { machineRevisionId, machineUpdatedAt, editors, ...draft } = answer
  return {
    draft: draft.text === undefined ? undefined : (draft as Draft),
    standing: { machineRevisionId, machineUpdatedAt, editors },
  }
}

/** Stores a draft. With `ifSavedAt` only if the stored one is of that time; 0 means that there is none. */
export function putDraft(content: DraftContent, ifSavedAt: Seconds | undefined): Promise<Kept> {
  const body = { ...content, editor: EDITOR, ifSavedAt }
  return send<Kept>('PUT', 'drafts/item', body, { parameters: { id: content.id } })
}
