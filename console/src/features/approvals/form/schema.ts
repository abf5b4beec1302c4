/** What one field of a form is, read from a property of a JSON Schema. */
export interface FormField {
  name: string
  title: string
  description?: string
  required: boolean
  kind: 'line' | 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'date' | 'json'
  /** What a choice offers. */
  choices: { label: string; value: unknown }[]
  fallback: unknown
  rules: Rules
}

/** Keywords by which a value is checked. */
export interface Rules {
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
}

export interface FormSchema {
  title?: string
  description?: string
  fields: FormField[]
}

type Plain = Record<string, unknown>

/** How deep below the parameters a form is looked for. */
const DEPTH_MAX = 3
/** A text that may be longer gets several lines. */
const LINE_MAX = 120

/** The form that a task's parameters carry under `form`: the one that stands highest. */
export function findForm(parameters: string | undefined): FormSchema | undefined {
  const holder = holderOf(parsed(parameters))
  return holder && readForm(holder.form as Plain)
}

/** The parameters for reading: without the form that is shown as fields. */
export function withoutForm(parameters: string): string {
  const whole = parsed(parameters)
  const holder = holderOf(whole)
  if (!holder) return parameters
  delete holder.form
  return JSON.stringify(whole)
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}

/** The object that has a form, looked for level by level. */
function holderOf(parameters: unknown): Plain | undefined {
  let level = [parameters]
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const objects = level.filter(isPlain)
    const holder = objects.find(object => isPlain(object.form) && readForm(object.form))
    if (holder) return holder
    level = objects.flatMap(object => Object.values(object))
  }
  return undefined
}

function readForm(schema: Plain): FormSchema | undefined {
  if (schema.type !== 'object' || !isPlain(schema.properties)) return undefined
  const required = Array.isArray(schema.required) ? schema.required : []
  const fields = Object.entries(schema.properties).map(([name, property]) =>
    readField(name, isPlain(property) ? property : {}, required.includes(name)),
  )
  return { title: text(schema.title), description: text(schema.description), fields }
}

function readField(name: string, property: Plain, required: boolean): FormField {
  const choices = choicesOf(property)
  const type = Array.isArray(property.type) ? property.type.find(one => one !== 'null') : property.type
  const rules: Rules = {
    minLength: number(property.minLength),
    maxLength: number(property.maxLength),
    pattern: text(property.pattern),
    format: text(property.format),
    minimum: number(property.minimum),
    maximum: number(property.maximum),
    exclusiveMinimum: number(property.exclusiveMinimum),
    exclusiveMaximum: number(property.exclusiveMaximum),
    multipleOf: number(property.multipleOf),
  }
  return {
    name,
    title: text(property.title) ?? name,
    description: text(property.description),
    required,
    kind: choices.length > 0 ? 'choice' : kindOf(type, rules),
    choices,
    fallback: property.default,
    rules,
  }
}

function kindOf(type: unknown, rules: Rules): FormField['kind'] {
  if (type === 'boolean' || type === 'number' || type === 'integer') return type
  if (type !== 'string' && type !== undefined) return 'json'
  if (rules.format === 'date') return 'date'
  return (rules.maxLength ?? 0) > LINE_MAX ? 'text' : 'line'
}

/** `enum`, or `oneOf` of constants with titles. */
function choicesOf(property: Plain): FormField['choices'] {
  if (Array.isArray(property.enum)) return property.enum.map(value => ({ label: wordOf(value), value }))
  const constants = Array.isArray(property.oneOf) ? property.oneOf.filter(isPlain) : []
  if (constants.length === 0 || !constants.every(one => 'const' in one)) return []
  return constants.map(one => ({ label: text(one.title) ?? wordOf(one.const), value: one.const }))
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
