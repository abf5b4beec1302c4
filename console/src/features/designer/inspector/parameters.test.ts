import { expect, test } from 'vitest'
import { parameterChange, parameterText, rowsOf } from './parameters'

const known = [
  { name: 'FunctionName', required: true, type: 'string' },
  { name: 'Payload', required: false, type: 'any' },
  { name: 'Qualifier', required: false, type: 'string' },
]

test('those that are needed, those that are set, and those that nobody knows', () => {
  const rows = rowsOf(known, { 'Payload.$': '$.x', 'Other.$': '$.y', Plain: 1 }, 'JSONPath')
  expect(rows.map(row => [row.name, row.key])).toEqual([
    ['FunctionName', undefined],
    ['Payload', 'Payload.$'],
    ['Other', 'Other.$'],
    ['Plain', 'Plain'],
  ])
  const jsonata = rowsOf(known, { 'Payload.$': '{% 1 %}' }, 'JSONata')
  expect(jsonata.map(row => row.name)).toEqual(['FunctionName', 'Payload.$'])
})

function typed(name: string, holder: Record<string, unknown>, text: string, language = 'JSONPath' as const) {
  const row = rowsOf(known, holder, language).find(one => one.name === name)
  if (!row) throw new Error(name)
  return parameterChange(row, text, '/P', language)
}

test('a path goes under the key of paths, and text comes back under the plain one', () => {
  expect(typed('FunctionName', {}, 'f')).toEqual({ changes: [{ at: '/P/FunctionName', value: 'f' }] })
  expect(typed('FunctionName', { FunctionName: 'f' }, '$.f')).toEqual({
    changes: [{ at: '/P/FunctionName', value: '$.f', rename: 'FunctionName.$' }],
  })
  expect(typed('Payload', { 'Payload.$': '$' }, '{"a": 1}')).toEqual({
    changes: [{ at: '/P/Payload.$', value: { a: 1 }, rename: 'Payload' }],
  })
  expect(typed('Payload', { 'Payload.$': '$' }, '')).toEqual({
    changes: [{ at: '/P/Payload.$', value: undefined }],
  })
  expect(typed('Payload', { Payload: {} }, '{"a": ')).toEqual({ fault: 'json' })
})

test('a text that reads as a number stays a text', () => {
  const rows = rowsOf(known, { FunctionName: '12', Payload: '12' }, 'JSONPath')
  expect(rows.map(parameterText)).toEqual(['12', '"12"'])
  expect(typed('FunctionName', { FunctionName: 'f' }, '12')).toEqual({
    changes: [{ at: '/P/FunctionName', value: '12' }],
  })
  expect(typed('Payload', { Payload: '1' }, '"12"')).toEqual({
    changes: [{ at: '/P/Payload', value: '12' }],
  })
})
