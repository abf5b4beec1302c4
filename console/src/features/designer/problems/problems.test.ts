import { expect, test } from 'vitest'
import { readProgram } from '~/asl/read'
import { plain, stateAt, stateOfPointer } from './problems'

const TEXT =
  '{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass"}}}}}}'
const { program } = readProgram({ text: TEXT, format: 'json' })
const INNER = '/States/M/ItemProcessor/States/I'

test('a pointer belongs to the innermost state on its way', () => {
  expect(stateOfPointer(program, `${INNER}/Type`)).toBe(INNER)
  expect(stateOfPointer(program, '/States/M/ItemProcessor/StartAt')).toBe('/States/M')
  expect(stateOfPointer(program, '/StartAt')).toBeUndefined()
  expect(stateOfPointer(program, '')).toBeUndefined()
})

test('a place of the text belongs to the innermost state round it, its name included', () => {
  expect(stateAt(program, TEXT.indexOf('"Pass"'))).toBe(INNER)
  expect(stateAt(program, TEXT.indexOf('"I":'))).toBe('/States/M')
  expect(stateAt(program, TEXT.indexOf('I":{'))).toBe(INNER)
  expect(stateAt(program, TEXT.indexOf('"Map"'))).toBe('/States/M')
  expect(stateAt(program, 1)).toBeUndefined()
})

test('a message does not repeat the text', () => {
  const message = `Unexpected character: was expecting a colon at [Source: (String)"{ "a" \n 1 }"; line: 1, column: 6]`
  expect(plain(message)).toBe('Unexpected character: was expecting a colon')
  expect(plain('Field is not supported')).toBe('Field is not supported')
})
