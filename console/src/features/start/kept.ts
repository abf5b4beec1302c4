/** What is typed and kept on the way to a start: drafts for this tab, named inputs for this browser. */

export interface StartDraft {
  input: string
  name: string
  /** A version's or an alias's ARN; '' is the machine as it is now. */
  qualifier: string
}

export interface SavedInput {
  name: string
  input: string
}

const DRAFT = 'stateline.start.'
const SAVED = 'stateline.inputs'

export function readDraft(machine: string): StartDraft | undefined {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(DRAFT + machine) ?? 'null')
    return isDraft(draft) ? draft : undefined
  } catch {
    return undefined
  }
}

function isDraft(value: unknown): value is StartDraft {
  const draft = value as StartDraft | null
  return [draft?.input, draft?.name, draft?.qualifier].every(text => typeof text === 'string')
}

export function keepDraft(machine: string, draft: StartDraft | undefined) {
  try {
    if (draft) sessionStorage.setItem(DRAFT + machine, JSON.stringify(draft))
    else sessionStorage.removeItem(DRAFT + machine)
  } catch {
    // It is on the screen still.
  }
}

export function readSaved(machine: string): SavedInput[] {
  const mine = readAll()[machine]
  return Array.isArray(mine)
    ? mine.filter(one => typeof one?.name === 'string' && typeof one.input === 'string')
    : []
}

function readAll(): Record<string, SavedInput[]> {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(SAVED) ?? '{}')
    return typeof all === 'object' && all !== null ? (all as Record<string, SavedInput[]>) : {}
  } catch {
    return {}
  }
}

/** Keeps the named inputs of one machine. False when the browser has no room. */
export function keepSaved(machine: string, inputs: SavedInput[]): boolean {
  try {
    const all = readAll()
    if (inputs.length > 0) all[machine] = inputs
    else delete all[machine]
    localStorage.setItem(SAVED, JSON.stringify(all))
    return true
  } catch {
    return false
  }
}
