import { expect, test } from 'vitest'
import type { Program } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { entriesOf, marksOf } from './entries'

const read = (definition: object): Program => {
  const reading = readProgram({ text: JSON.stringify(definition), format: 'json' })
  if (!reading.program) throw new Error(reading.broken?.message)
  return reading.program
}

const FROM = read({
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Result: { a: 1, b: 2 }, Next: 'Old' },
    Old: { Type: 'Wait', Seconds: 5, Comment: 'patience', Next: 'Gone' },
    Gone: { Type: 'Succeed' },
  },
})
const TO = read({
  StartAt: 'A',
  TimeoutSeconds: 60,
  States: {
    A: { Type: 'Pass', Next: 'New', Comment: 'x', Result: { b: 2, a: 1 } },
    New: { Type: 'Wait', Seconds: 5, Comment: 'patience', Next: 'Added' },
    Added: { Type: 'Fail' },
  },
})

test('states are told as removed, changed, renamed and added, in the order of the newer text', () => {
  const { entries, machine } = entriesOf(FROM, TO)
  const told = entries.map(({ mark, name, was, fields }) =>
    [mark, name, was, ...fields].filter(Boolean).join(' '),
  )
  expect(told).toEqual(['removed Gone', 'changed A Comment', 'changed New Old Next', 'added Added'])
  expect(machine).toEqual(['TimeoutSeconds'])
  expect(entriesOf(FROM, FROM)).toEqual({ entries: [], machine: [] })
})

test('each graph is marked with its own states', () => {
  const { entries } = entriesOf(FROM, TO)
  expect([...marksOf(entries, 'before').keys()]).toEqual(['/States/Gone', '/States/A', '/States/Old'])
  expect([...marksOf(entries, 'after').keys()]).toEqual(['/States/A', '/States/New', '/States/Added'])
})
