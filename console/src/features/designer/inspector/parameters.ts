import type { QueryLanguage } from '~/asl/fields'
import { join } from '~/asl/tree'
import type { Parameter } from './api'
import type { FieldChange } from './change'
import { markOf } from './values'

type Holder = Record<string, unknown>

/** One row of the form: a parameter that the action knows, or a key of one's own. */
export interface ParameterRow {
  name: string
  required: boolean
  type: string
  documentation?: string
  /** The key that is set: `Payload`, or `Payload.$`. */
  key: string | undefined
  value: unknown
}

/** Those that are needed, and whatever else is set. */
export function rowsOf(known: readonly Parameter[], holder: Holder, language: QueryLanguage): ParameterRow[] {
  const keyOf = (name: string) => {
    const path = `${name}.$`
    if (language === 'JSONPath' && Object.hasOwn(holder, path)) return path
    return Object.hasOwn(holder, name) ? name : undefined
  }
  const rows = known.map(parameter => {
    const key = keyOf(parameter.name)
    return { ...parameter, key, value: key === undefined ? undefined : holder[key] }
  })
  const taken = new Set(rows.flatMap(row => row.key ?? []))
  const others = Object.keys(holder).filter(key => !taken.has(key))
  return [
    ...rows.filter(row => row.required || row.key !== undefined),
    ...others.map(key => ({
      name: language === 'JSONPath' ? key.replace(/\.\$$/, '') : key,
      required: false,
      type: 'any',
      key,
      value: holder[key],
    })),
  ]
}

const SCALARS = new Set(['string', 'integer', 'number', 'timestamp', 'boolean'])

/** Whether a row is typed on one line. */
export function isLine({ type, value }: ParameterRow): boolean {
  const scalar = SCALARS.has(type) || type.startsWith('"')
  if (value === undefined) return scalar || type === 'any'
  return typeof value !== 'object' || value === null
}

export function parameterText({ value, type }: ParameterRow): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return JSON.stringify(value, null, 2)
  // Where anything may stand, a text that reads as another value keeps its quotes.
  return type !== 'string' && isJson(value) ? JSON.stringify(value) : value
}

/** What a row's text puts into the parameters at `at`. */
export function parameterChange(
  row: ParameterRow,
  typed: string,
  at: string,
  language: QueryLanguage,
): { changes: FieldChange[] } | { fault: string } {
  const text = typed.trim()
  const put = (key: string, value: unknown) => {
    const renamed = row.key !== undefined && row.key !== key
    return { changes: [{ at: join(at, row.key ?? key), value, ...(renamed ? { rename: key } : {}) }] }
  }
  if (text === '') return row.key === undefined ? { changes: [] } : put(row.key, undefined)
  const mark = markOf(text, language)
  if (language === 'JSONPath' && mark) return put(`${row.name}.$`, text)
  if (mark === 'expression' || row.type === 'string') return put(row.name, mark ? text : typed)
  if (isJson(text)) return put(row.name, JSON.parse(text) as unknown)
  if (/^[[{]/.test(text)) return { fault: 'json' }
  return put(row.name, typed)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
