import { expect, test } from 'vitest'
import { applyEdits } from '~/asl/apply'
import { EXIT, type Fragment } from '~/asl/edits/fragment'
import type { Program, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { fragmentOf, insert, placeFor } from './insert'

const WAIT: Fragment = [['Wait', { Type: 'Wait', Seconds: 1, Next: EXIT }]]

function setup(definition: unknown): { source: Source; program: Program } {
  const source: Source = { text: JSON.stringify(definition, null, 2), format: 'json' }
  const { program } = readProgram(source)
  if (!program) throw new Error('no program')
  return { source, program }
}

function inserted(definition: unknown, selection: string | undefined) {
  const { source, program } = setup(definition)
  const command = insert(source, program, WAIT, placeFor(program, selection))
  if ('refused' in command) return command.refused
  return JSON.parse(applyEdits(source.text, command.edits))
}

const CHAIN = {
  StartAt: 'A',
  States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Succeed' } },
}

test('without a selection it goes to where the workflow ends, in front of a state that ends it', () => {
  expect(inserted(CHAIN, undefined).States).toMatchObject({ B: { Next: 'Wait' }, Wait: { Next: 'C' } })
})

test('it goes behind the selection', () => {
  expect(inserted(CHAIN, '/States/A').States).toMatchObject({ A: { Next: 'Wait' }, Wait: { Next: 'B' } })
})

test('a selection that is gone is none', () => {
  expect(inserted(CHAIN, '/States/Gone').States.B.Next).toBe('Wait')
})

test('in front of a start that ends at once', () => {
  const definition = { StartAt: 'F', States: { F: { Type: 'Fail' } } }
  expect(inserted(definition, '/States/F')).toMatchObject({
    StartAt: 'Wait',
    States: { Wait: { Next: 'F' } },
  })
})

test('into nothing', () => {
  expect(inserted({ States: {} }, undefined)).toMatchObject({
    StartAt: 'Wait',
    States: { Wait: { End: true } },
  })
})

test('a loop has an end all the same', () => {
  const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } }
  expect(typeof inserted(loop, undefined)).toBe('object')
})

test('what is dragged from elsewhere is no fragment', () => {
  expect(fragmentOf(JSON.stringify(WAIT))).toEqual(WAIT)
  for (const payload of ['', '[]', '{}', '["a"]', '[["a"]]', '[["a",null]]', 'x']) {
    expect(fragmentOf(payload)).toBeUndefined()
  }
})
