import { expect, test } from 'vitest'
import type { Program } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { differences, topDifferences } from './difference'

const read = (definition: object): Program => {
  const reading = readProgram({ text: JSON.stringify(definition), format: 'json' })
  if (!reading.program) throw new Error(reading.broken?.message)
  return reading.program
}
const told = (from: object, to: object) =>
  differences(read(from), read(to)).map(({ name, mark, fields }) => [name, mark, ...fields].join(' '))

const A = { Type: 'Pass', Next: 'B' }
const B = { Type: 'Succeed' }

test('added, removed and changed states are told', () => {
  const from = { StartAt: 'A', States: { A, B, Gone: { Type: 'Succeed' } } }
  const to = {
    StartAt: 'A',
    States: { A: { Next: 'C', Type: 'Pass', Comment: 'x' }, B, C: { Type: 'Fail' } },
  }
  expect(told(from, to)).toEqual(['Gone removed', 'A changed Next Comment', 'C added'])
  expect(told(from, from)).toEqual([])
})

test('the order of keys is no difference', () => {
  const from = { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { a: 1, b: [1, 2] }, End: true } } }
  const to = { StartAt: 'A', States: { A: { End: true, Parameters: { b: [1, 2], a: 1 }, Type: 'Pass' } } }
  expect(told(from, to)).toEqual([])
})

test('states inside a container are compared for themselves', () => {
  const all = (inner: object, more: object = {}) => ({
    StartAt: 'All',
    States: {
      All: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: inner } }], End: true, ...more },
    },
  })
  expect(told(all({ Type: 'Succeed' }), all({ Type: 'Fail' }))).toEqual(['A changed Type'])
  expect(told(all({ Type: 'Succeed' }), all({ Type: 'Succeed' }, { Comment: 'x' }))).toEqual([
    'All changed Comment',
  ])
})

test('fields of the machine itself are told', () => {
  expect(
    topDifferences('{"StartAt":"A","States":{"A":{}}}', '{"StartAt":"B","TimeoutSeconds":5,"States":{}}'),
  ).toEqual(['StartAt', 'TimeoutSeconds'])
})
