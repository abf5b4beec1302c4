import { expect, test } from 'vitest'
import { jsonFault } from './json-fault'

const at = (text: string) => {
  const fault = jsonFault(text)
  return fault && `${fault.line}:${fault.column} ${fault.message}`
}

test('JSON has no fault', () => {
  for (const text of ['{}', ' [1, 2e3, null] ', '"a"', '{"a":{"b":[]}}']) expect(at(text)).toBeUndefined()
})

test('the place and the reason are told', () => {
  expect(at('{"a" 1}')).toBe('1:6 a colon is missing')
  expect(at('{\n  "a": 1\n  "b": 2\n}')).toBe('3:3 a comma is missing')
  expect(at('{"a": 1')).toBe('1:8 a closing } is missing')
  expect(at("{'a': 1}")).toContain('1:2 ')
  expect(at('{"a": yes}')).toBe('1:7 this is no value that JSON knows; a text needs double quotes')
  expect(at('{} {}')).toBe('1:4 the value is over, but the text goes on')
  expect(at('{"a": 1, }')).toContain('1:10 ')
  expect(at('// no\n{}')).toBe('1:1 JSON has no comments')
  expect(at('')).toBe('1:1 an input is missing; {} is an empty one')
})

test('whatever JSON.parse refuses has a fault within the text', () => {
  for (const text of ['\u0000', '{"a":"\n"}', '01', '+1', 'NaN', '[1,]', '{"a":1}}', '\ufeff{}', '"\\x"']) {
    const fault = jsonFault(text)
    expect(fault, text).toBeDefined()
    expect(fault?.offset).toBeLessThanOrEqual(text.length)
  }
})
