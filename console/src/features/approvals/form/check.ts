import type { Patterned } from './pattern'
import type { FormField, Rules } from './schema'

/** What is typed: text for all but checkboxes; a choice is the number of what is chosen. */
export type Typed = Record<string, string | boolean>

export interface Checked {
  /** What would be sent. */
  output: Record<string, unknown>
  /** By name of the field. */
  errors: Record<string, string>
  /** Texts that must still be held against a pattern, which nobody knows the cost of. */
  patterned: Patterned[]
}

/** What stands in the fields at first: the schema's defaults. */
export function initial(fields: readonly FormField[]): Typed {
  return Object.fromEntries(fields.map(field => [field.name, firstOf(field)]))
}

function firstOf({ kind, fallback, choices }: FormField): string | boolean {
  if (kind === 'boolean') return fallback === true
  if (fallback === undefined) return ''
  if (kind === 'choice') {
    const wanted = JSON.stringify(fallback)
    const at = choices.findIndex(choice => JSON.stringify(choice.value) === wanted)
    return at < 0 ? '' : String(at)
  }
  if (kind === 'json') return JSON.stringify(fallback, null, 2)
  return String(fallback)
}

/** Reads and checks all that is typed. Fields that are empty and not required are left out. */
export function check(fields: readonly FormField[], typed: Typed): Checked {
  const output: Record<string, unknown> = {}
  const errors: Record<string, string> = {}
  const patterned: Patterned[] = []
  for (const field of fields) {
    const value = typed[field.name] ?? ''
    if (value === '') {
      if (field.required) errors[field.name] = 'This is needed.'
      continue
    }
    const read = readValue(field, value)
    if ('error' in read) errors[field.name] = read.error
    else {
      output[field.name] = read.value
      const { pattern } = field.rules
      if (pattern !== undefined && typeof read.value === 'string' && field.kind !== 'choice')
        patterned.push({ name: field.name, pattern, text: read.value })
    }
  }
  return { output, errors, patterned }
}

type Read = { value: unknown } | { error: string }

function readValue(field: FormField, typed: string | boolean): Read {
  if (typeof typed === 'boolean') return { value: typed }
  switch (field.kind) {
    case 'choice': {
      const choice = field.choices[Number(typed)]
      return choice ? { value: choice.value } : { error: 'Choose one of those that are offered.' }
    }
    case 'number':
    case 'integer':
      return readNumber(field, typed)
    case 'json':
      try {
        return { value: JSON.parse(typed) }
      } catch {
        return { error: 'This is not JSON.' }
      }
    default:
      return readText(field.rules, typed)
  }
}

function readNumber({ kind, rules }: FormField, typed: string): Read {
  const value = Number(typed.trim())
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(typed.trim()) || !Number.isFinite(value)) {
    return { error: 'This is not a number. Write it like 12 or 12.5.' }
  }
  if (kind === 'integer' && !Number.isInteger(value)) return { error: 'This must be a whole number.' }
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = rules
  if (minimum !== undefined && value < minimum) return { error: `This must be at least ${minimum}.` }
  if (maximum !== undefined && value > maximum) return { error: `This must be at most ${maximum}.` }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return { error: `This must be more than ${exclusiveMinimum}.` }
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    return { error: `This must be less than ${exclusiveMaximum}.` }
  }
  if (multipleOf !== undefined && multipleOf > 0 && !isMultiple(value, multipleOf)) {
    return { error: `This must be a multiple of ${multipleOf}.` }
  }
  return { value }
}

/** Without binary fractions in the way: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times))
}

const FORMATS: Record<string, { fits: (text: string) => boolean; error: string }> = {
  date: {
    fits: text =>
      /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text,
    error: 'This is not a date. Write it like 2026-11-21.',
  },
  'date-time': {
    fits: text => /^\d{4}-\d\d-\d\d[Tt ].*(Z|z|[-+]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
    error: 'This is not a moment. Write it like 2026-11-21T19:30:00Z.',
  },
  email: {
    fits: text => /^[^\s@]+@[^\s@]+$/.test(text),
    error: 'This is not an address. Write it like name@example.com.',
  },
  uri: { fits: text => URL.canParse(text), error: 'This is not a URL. Write it like https://example.com/.' },
}

function readText(rules: Rules, typed: string): Read {
  const length = [...typed].length
  if (rules.minLength !== undefined && length < rules.minLength) {
    return { error: `This needs at least ${rules.minLength} characters; it has ${length}.` }
  }
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    return { error: `This has ${length} characters; at most ${rules.maxLength} are allowed.` }
  }
  const format = rules.format === undefined ? undefined : FORMATS[rules.format]
  if (format && !format.fits(typed)) return { error: format.error }
  return { value: typed }
}
