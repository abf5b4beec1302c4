import type { Edit, Program, Source, StateId } from '../program'
import { Draft, Refusal } from '../text/draft'

/** What a command does to the text, or why it cannot. */
export type Command = Done | Refused

export interface Done {
  /** Sorted and apart; each as small as it can be. */
  edits: Edit[]
  /** The state to be selected afterwards. */
  select?: StateId
  /** What it does, as in a menu of undo. */
  label: string
}

interface Refused {
  /** Why not, in plain words. */
  refused: string
}

/** Runs a command's work on a draft of the text. What it returns is selected afterwards. */
export function command(
  source: Source,
  program: Program,
  label: string,
  work: (draft: Draft) => StateId | undefined,
): Command {
  try {
    const draft = new Draft(source, program)
    const select = work(draft)
    return { edits: draft.edits(), select, label }
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message }
    throw error
  }
}
