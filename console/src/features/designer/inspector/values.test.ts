import { describe, expect, test } from 'vitest'
import type { QueryLanguage } from '~/asl/fields'
import type { Field } from './fields/types'
import { markOf, textOf, written } from './values'

const field = (part: Partial<Field>): Field => ({
  key: 'F',
  control: 'value',
  section: 'Work',
  help: '',
  ...part,
})

function check(part: Partial<Field>, text: string, language: QueryLanguage, expected: unknown) {
  expect(written(field(part), text, language)).toEqual(expected)
}

test.each([
  ['$', 'JSONPath', 'path'],
  ['$.a[0]', 'JSONPath', 'path'],
  ["$['a b']", 'JSONPath', 'path'],
  ['$$.Execution.Id', 'JSONPath', 'context'],
  ['$name.x', 'JSONPath', 'variable'],
  ['States.UUID()', 'JSONPath', 'function'],
  ['plain', 'JSONPath', undefined],
  ['{% 1 %}', 'JSONPath', undefined],
  ['{% 1 %}', 'JSONata', 'expression'],
  ['{% 1', 'JSONata', undefined],
  ['$.a', 'JSONata', undefined],
] as const)('%s in %s is marked %s', (text, language, mark) => {
  expect(markOf(text, language)).toBe(mark)
})

describe('what is typed', () => {
  test('a number, or where it stands', () => {
    const number = { control: 'number', pathKey: 'FPath' } as const
    check(number, ' 12 ', 'JSONPath', { key: 'F', value: 12 })
    check(number, '$.n', 'JSONPath', { key: 'FPath', value: '$.n' })
    check(number, '{% $n %}', 'JSONata', { key: 'F', value: '{% $n %}' })
    check(number, '$.n', 'JSONata', { fault: 'Write a number, or an expression: {% … %}.' })
    check(number, 'twelve', 'JSONPath', { fault: 'Write a number, or a path: $.….' })
    check({ ...number, constant: true }, '{% 1 %}', 'JSONata', { fault: 'Write a number.' })
    check(number, '', 'JSONPath', { key: 'F', value: undefined })
  })

  test('JSON, or an expression; broken JSON never comes out', () => {
    const json = { control: 'json' } as const
    check(json, '{"a": [1]}', 'JSONPath', { key: 'F', value: { a: [1] } })
    check(json, '"x"', 'JSONata', { key: 'F', value: 'x' })
    check(json, '{% $states.input %}', 'JSONata', { key: 'F', value: '{% $states.input %}' })
    check(json, '{% $states.input', 'JSONata', {
      fault: 'The expression is not closed: write %} behind it.',
    })
    check(json, '{"a": ', 'JSONPath', { fault: 'json' })
    check(json, '{% 1 %}', 'JSONPath', { fault: 'json' })
  })

  test('text stays text where nothing is evaluated', () => {
    check({ constant: true, pathKey: 'FPath' }, '$.x', 'JSONPath', { key: 'F', value: '$.x' })
    check({ emptyIsText: true }, '', 'JSONPath', { key: 'F', value: '' })
    check({ control: 'text' }, ' two words ', 'JSONPath', { key: 'F', value: ' two words ' })
  })
})

test('what is shown', () => {
  expect(textOf(field({ control: 'json' }), { F: '{% 1 %}' }, 'JSONata')).toBe('{% 1 %}')
  expect(textOf(field({ control: 'json' }), { F: '{% 1 %}' }, 'JSONPath')).toBe('"{% 1 %}"')
  expect(textOf(field({ control: 'json' }), { F: { a: 1 } }, 'JSONPath')).toBe('{\n  "a": 1\n}')
  expect(textOf(field({ pathKey: 'G' }), { G: '$.x' }, 'JSONPath')).toBe('$.x')
  expect(textOf(field({}), { F: 5 }, 'JSONPath')).toBe('5')
  expect(textOf(field({}), Object.create({ F: 1 }) as Record<string, unknown>, 'JSONPath')).toBe('')
})
