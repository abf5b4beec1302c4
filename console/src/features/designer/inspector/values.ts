import type { QueryLanguage } from '~/asl/fields'
import type { Field } from './fields/types'

type Holder = Record<string, unknown>

/** What a text of a field is, besides plain text. */
export type Mark = 'path' | 'context' | 'variable' | 'function' | 'expression'

/** What a text is to the engine where expressions are taken. */
export function markOf(text: string, language: QueryLanguage): Mark | undefined {
  if (language === 'JSONata') return text.startsWith('{%') && text.endsWith('%}') ? 'expression' : undefined
  if (text.startsWith('$$')) return 'context'
  if (/^\$($|[.[])/.test(text)) return 'path'
  if (text.startsWith('$')) return 'variable'
  return /^States\.\w+\(/.test(text) ? 'function' : undefined
}

/** What is in a field, as it is typed. */
export function textOf(field: Field, holder: Holder, language: QueryLanguage): string {
  const value = held(field, holder)
  if (value === undefined) return ''
  if (field.control === 'json') {
    return typeof value === 'string' && markOf(value, language) === 'expression' && !field.constant
      ? value
      : JSON.stringify(value, null, 2)
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function held(field: Field, holder: Holder): unknown {
  const other = field.pathKey === undefined ? undefined : own(holder, field.pathKey)
  return other ?? own(holder, field.key)
}

export function own(holder: Holder, key: string): unknown {
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

/** What typed text puts into the text of the definition; undefined takes a field away. */
export type Written = { key: string; value: unknown } | { fault: string }

/** Reads what was typed into a field. Nothing that is no value of the field's kind comes out. */
export function written(field: Field, typed: string, language: QueryLanguage): Written {
  if (field.emptyIsText) return { key: field.key, value: typed }
  const text = field.control === 'text' ? typed : typed.trim()
  if (text === '') return { key: field.key, value: undefined }
  const mark = field.constant ? undefined : markOf(text, language)
  if (field.pathKey !== undefined && language === 'JSONPath' && mark) {
    return { key: field.pathKey, value: text }
  }
  if (field.control === 'number') return numeric(field, text, language, mark)
  if (field.control === 'json') return json(field, text, language)
  // Blanks and line breaks are a part of what people are told; of a path they are not.
  return { key: field.key, value: field.control === 'value' && !mark ? typed : text }
}

function numeric(field: Field, text: string, language: QueryLanguage, mark: Mark | undefined): Written {
  if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return { key: field.key, value: Number(text) }
  if (mark === 'expression') return { key: field.key, value: text }
  const or = field.constant
    ? ''
    : language === 'JSONata'
      ? ', or an expression: {% … %}'
      : field.pathKey
        ? ', or a path: $.…'
        : ''
  return { fault: `Write a number${or}.` }
}

function json(field: Field, text: string, language: QueryLanguage): Written {
  if (language === 'JSONata' && !field.constant && text.startsWith('{%')) {
    if (!text.endsWith('%}')) return { fault: 'The expression is not closed: write %} behind it.' }
    return { key: field.key, value: text }
  }
  try {
    return { key: field.key, value: JSON.parse(text) as unknown }
  } catch {
    return { fault: 'json' }
  }
}
