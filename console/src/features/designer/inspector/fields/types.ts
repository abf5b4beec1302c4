import type { QueryLanguage } from '~/asl/fields'
import type { StateType } from '~/asl/program'

/** The part of the form that a field stands in. */
export type Section = 'Work' | 'Data' | 'Variables' | 'Next' | 'Errors' | 'About'

/** How a field is typed or chosen; each has its component in `controls`. */
export type Control =
  /** Text as it is. */
  | 'line'
  | 'text'
  /** Text, a path or an expression. */
  | 'value'
  | 'number'
  /** A path, or null for nothing. */
  | 'path'
  | 'option'
  /** Any JSON with paths or expressions in it. */
  | 'json'
  /** Names of errors, with those that are known. */
  | 'errors'
  | 'strings'
  /** A state of the same part. */
  | 'target'
  /** `Next` or `End`. */
  | 'transition'
  | 'resource'
  | 'parameters'
  /** Exactly one of several fields. */
  | 'oneOf'
  /** An object with fields of its own. */
  | 'object'
  | 'rules'
  | 'retriers'
  | 'catchers'
  | 'branches'
  | 'processor'

type Holder = Record<string, unknown>

/** One field of the language, as the form shows it. What may stand in it is the server's to say. */
export interface Field {
  key: string
  /** The field that a path is written to instead, in JSONPath. */
  pathKey?: string
  control: Control
  section: Section
  help: string
  /** The only language that has it. */
  language?: QueryLanguage
  /** What counts when it is left out. */
  standard?: string
  options?: readonly string[]
  /** Of an object, or those of which one is chosen. */
  fields?: readonly Field[]
  /** Whether it is shown beside what stands there already; it is always shown when it is set. */
  when?: (holder: Holder) => boolean
  /** No expression, in either language. */
  constant?: boolean
  /** An empty text is a value of its own, and does not take the field away. */
  emptyIsText?: boolean
  /** While nothing stands in it there is only a button that opens it. */
  folded?: boolean
}

export type Table = Record<StateType, readonly Field[]>

/** All keys that a field writes. */
export function keysOf(field: Field): string[] {
  if (field.control === 'oneOf') return (field.fields ?? []).flatMap(keysOf)
  if (field.control === 'transition') return ['Next', 'End']
  if (field.control === 'processor') return ['ItemProcessor', 'Iterator']
  return field.pathKey ? [field.key, field.pathKey] : [field.key]
}

/** The fields that one query language has. */
export function inLanguage(fields: readonly Field[], language: QueryLanguage): Field[] {
  return fields
    .filter(field => field.language === undefined || field.language === language)
    .map(field =>
      field.control === 'oneOf' ? { ...field, fields: inLanguage(field.fields ?? [], language) } : field,
    )
}
