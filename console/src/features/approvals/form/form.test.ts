import { expect, test } from 'vitest'
import { check, initial } from './check'
import { findForm, withoutForm } from './schema'

const form = (properties: object, required: string[] = []) => {
  const found = findForm(JSON.stringify({ Payload: { form: { type: 'object', properties, required } } }))
  if (!found) throw new Error('no form was found')
  return found.fields
}

const errorOf = (property: object, typed: string) => check(form({ a: property }), { a: typed }).errors.a
const readOf = (property: object, typed: string) => check(form({ a: property }), { a: typed }).output.a

test('a form is found at most three levels deep', () => {
  const schema = { type: 'object', title: 'T', properties: { a: { type: 'string' } } }
  const title = (parameters: unknown) => findForm(JSON.stringify(parameters))?.title
  expect(title({ form: schema })).toBe('T')
  expect(title({ Payload: { form: schema } })).toBe('T')
  expect(title({ Payload: { ask: { form: schema } } })).toBe('T')
  expect(title({ a: { b: { c: { form: schema } } } })).toBeUndefined()
  expect(title({ Payload: { form: { ...schema, title: 'deep' } }, form: schema })).toBe('T')
})

test('what is no form is none', () => {
  for (const parameters of [undefined, '', 'x', 'null', '[]', '{"form":"x"}', '{"form":{"type":"object"}}']) {
    expect(findForm(parameters)).toBeUndefined()
  }
  expect(findForm('{"form":{"type":"array","properties":{}}}')).toBeUndefined()
})

test('the form is left out of what is read beside it', () => {
  const form = { type: 'object', properties: {} }
  expect(withoutForm(JSON.stringify({ Payload: { to: 'ana', form } }))).toBe('{"Payload":{"to":"ana"}}')
  expect(withoutForm('{"form": "x"}')).toBe('{"form": "x"}')
  expect(withoutForm('broken')).toBe('broken')
})

test('each property becomes a field of its kind', () => {
  const kinds = form({
    line: { type: 'string' },
    text: { type: 'string', maxLength: 500 },
    number: { type: 'number' },
    integer: { type: ['integer', 'null'] },
    boolean: { type: 'boolean' },
    choice: { enum: ['a', 2] },
    named: { oneOf: [{ const: 'a', title: 'First' }] },
    date: { type: 'string', format: 'date' },
    json: { type: 'array' },
  })
  expect(kinds.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'line line',
    'text text',
    'number number',
    'integer integer',
    'boolean boolean',
    'choice choice',
    'named choice',
    'date date',
    'json json',
  ])
  expect(kinds[5]?.choices).toEqual([
    { label: 'a', value: 'a' },
    { label: '2', value: 2 },
  ])
  expect(kinds[6]?.choices[0]?.label).toBe('First')
})

test('defaults stand in the fields at first', () => {
  const fields = form({
    a: { type: 'boolean', default: true },
    b: { enum: ['x', 'y'], default: 'y' },
    c: { type: 'number', default: 250 },
    d: { type: 'string' },
    e: { type: 'object', default: { f: 1 } },
  })
  const typed = initial(fields)
  expect(typed).toEqual({ a: true, b: '1', c: '250', d: '', e: '{\n  "f": 1\n}' })
  expect(check(fields, typed)).toMatchObject({
    output: { a: true, b: 'y', c: 250, e: { f: 1 } },
    errors: {},
  })
})

test('what is required is asked for, what is not is left out', () => {
  const fields = form({ a: { type: 'string' }, b: { type: 'string' }, c: { type: 'boolean' } }, ['a', 'c'])
  const { output, errors } = check(fields, initial(fields))
  expect(errors).toEqual({ a: 'This is needed.' })
  expect(output).toEqual({ c: false })
})

test('texts are checked by length and format', () => {
  expect(errorOf({ type: 'string', minLength: 5 }, 'abc')).toBe('This needs at least 5 characters; it has 3.')
  expect(errorOf({ type: 'string', maxLength: 2 }, 'a👍c')).toBe(
    'This has 3 characters; at most 2 are allowed.',
  )
  expect(errorOf({ type: 'string', format: 'date' }, '2026-02-30')).toContain('not a date')
  expect(errorOf({ type: 'string', format: 'date' }, '2026-02-28')).toBeUndefined()
  expect(errorOf({ type: 'string', format: 'email' }, 'ana')).toContain('name@example.com')
  expect(errorOf({ type: 'string', format: 'uri' }, 'x')).toContain('URL')
  expect(errorOf({ type: 'string', format: 'date-time' }, '2026-11-21T19:30:00Z')).toBeUndefined()
  expect(errorOf({ type: 'string', format: 'date-time' }, '2026-11-21')).toContain('moment')
})

test('numbers are checked by their bounds', () => {
  for (const typed of ['x', '1,5', '1e', '0x10', 'Infinity']) {
    expect(errorOf({ type: 'number' }, typed), typed).toContain('not a number')
  }
  expect(readOf({ type: 'number' }, ' 12.5 ')).toBe(12.5)
  expect(errorOf({ type: 'integer' }, '1.5')).toContain('whole')
  expect(errorOf({ type: 'number', minimum: 1 }, '0')).toBe('This must be at least 1.')
  expect(errorOf({ type: 'number', maximum: 1 }, '2')).toBe('This must be at most 1.')
  expect(errorOf({ type: 'number', exclusiveMinimum: 1 }, '1')).toBe('This must be more than 1.')
  expect(errorOf({ type: 'number', exclusiveMaximum: 1 }, '1')).toBe('This must be less than 1.')
  expect(errorOf({ type: 'number', multipleOf: 0.1 }, '0.3')).toBeUndefined()
  expect(errorOf({ type: 'number', multipleOf: 5 }, '7')).toBe('This must be a multiple of 5.')
})

test('choices and JSON keep their types', () => {
  expect(readOf({ enum: [1, 'b', null] }, '2')).toBeNull()
  expect(errorOf({ enum: [1] }, '7')).toContain('offered')
  expect(readOf({ type: 'array' }, '[1]')).toEqual([1])
  expect(errorOf({ type: 'array' }, '[1')).toBe('This is not JSON.')
})
