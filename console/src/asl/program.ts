import type { TreeNode } from './tree'

/** Offsets into a text, in UTF-16 code units, as CodeMirror counts. `end` is exclusive. */
export interface Range {
  start: number
  end: number
}

/** A replacement of one range. Several in one command are sorted and do not overlap. */
export interface Edit extends Range {
  insert: string
}

export type Format = 'json' | 'yaml'

/** A definition as it is typed: the only truth there is. Everything else is read from it. */
export interface Source {
  text: string
  format: Format
}

/** Where a state stands: the JSON pointer of its object, such as `/States/Pick` or
 * `/States/All/Branches/0/States/Pick`. Names are unique in a machine, pointers in any text. */
export type StateId = string

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map'

export interface ChoiceRule {
  index: number
  next?: string
  /** The condition, shortened for a label. */
  label: string
  range: Range
}

export interface Catcher {
  index: number
  errors: string[]
  next?: string
  range: Range
}

/** One state, as far as the text says. Nothing here is checked; that is the server's work. */
export interface StateNode {
  id: StateId
  name: string
  /** What `Type` says, also when there is no such type; '' without one. */
  type: StateType | string
  range: Range
  /** The key in `States`, without quotes. */
  nameRange: Range
  /** The state's object as plain data. */
  value: Record<string, unknown>
  comment?: string
  next?: string
  end: boolean
  /** A Choice's `Default`. */
  fallback?: string
  choices: ChoiceRule[]
  catchers: Catcher[]
  retriers: number
  /** A Task's `Resource`. */
  resource?: string
  /** Branches of a Parallel, or the processor of a Map (`ItemProcessor` or `Iterator`). */
  children: Scope[]
  /** The scope it stands in. */
  scope: string
}

/** One object with `States`. `id` is its JSON pointer: '' for the machine itself. */
export interface Scope {
  id: string
  startAt?: string
  states: StateNode[]
  range: Range
  /** Only of a Map's processor. */
  distributed?: boolean
}

export interface Program {
  comment?: string
  /** As the top level says. */
  queryLanguage?: string
  top: Scope
  /** All states of all scopes. */
  states: Map<StateId, StateNode>
  /** All scopes. */
  scopes: Map<string, Scope>
  /** The text's values with their places; what commands look into. */
  tree: TreeNode
}

/** What could be read. A text that is broken, or is no object, has no program. */
export interface Reading {
  program?: Program
  broken?: { message: string; offset: number }
}
