import { describe, expect, it } from 'vitest'
import { applyEdits } from '~/asl/apply'
import type { Program, Source } from '~/asl/program'
import { fixtures, read } from '../../../tests/definitions'
import { addState } from './add-state'
import { appendState } from './append-state'
import type { Command } from './command'
import { connect } from './connect'
import { deleteStates } from './delete-states'
import { EXIT } from './fragment'
import { insertOnEdge } from './insert-state'
import { removeItem } from './list-items'
import { moveState } from './move-state'
import { renameState } from './rename-state'
import { setField } from './set-field'
import { wrapStates } from './wrap-states'

const PASS: [string, Record<string, unknown>][] = [['Pass', { Type: 'Pass', Next: EXIT }]]

function on(file: string, work: (source: Source, program: Program) => Command): string {
  const source = fixtures.find(fixture => fixture.file === file)?.source
  if (!source) throw new Error(file)
  const command = work(source, read(source))
  return 'refused' in command ? command.refused : applyEdits(source.text, command.edits)
}

describe('commands say in plain words why not', () => {
  const inner = '/States/Everything/Branches/1'
  it.each<[string, (source: Source, program: Program) => Command, string]>([
    ['no state', (s, p) => deleteStates(s, p, ['/States/Nobody']), 'There is no state at /States/Nobody.'],
    [
      'a name that is taken',
      (s, p) => renameState(s, p, '/States/Finish', 'Clock'),
      'There is a state named Clock already.',
    ],
    ['no name', (s, p) => renameState(s, p, '/States/Finish', ' '), 'A state needs a name.'],
    [
      'a long name',
      (s, p) => renameState(s, p, '/States/Finish', 'x'.repeat(81)),
      'A name has at most 80 characters.',
    ],
    [
      'a connection into a Parallel',
      (s, p) => connect(s, p, { kind: 'next', from: '/States/Prepare' }, `${inner}/States/Clock`),
      'Clock stands in another part: connections do not go into or out of a Parallel or a Map.',
    ],
    [
      'behind the end',
      (s, p) => appendState(s, p, '/States/Finish', PASS),
      'Finish is a Succeed state: nothing follows it.',
    ],
    [
      'behind a Choice without a rule',
      (s, p) => insertOnEdge(s, p, { kind: 'next', from: `${inner}/States/Late?` }, PASS),
      'Late? is a Choice: it goes on by its rules and its Default.',
    ],
    ['no rule', (s, p) => removeItem(s, p, '/States/Everything', 'Catch', 3), 'There is no catcher 4.'],
    [
      'into itself',
      (s, p) => moveState(s, p, '/States/Everything', { kind: 'start', scope: inner }),
      'Everything cannot be moved into itself.',
    ],
    [
      'out of its scope with a rule',
      (s, p) => moveState(s, p, `${inner}/States/Late?`, { kind: 'next', from: '/States/Prepare' }),
      'Late? leads to Too late, which stays behind: connections do not go into or out of a Parallel or a Map.',
    ],
    [
      'several ways out',
      (s, p) => wrapStates(s, p, ['/States/Everything'], 'Map'),
      'There are several ways out: Finish, Apologise. Choose states with one.',
    ],
    [
      'a list with a name',
      (s, p) => setField(s, p, '/States/Everything/Catch/x', 1),
      '/States/Everything/Catch is a list; it has no field x.',
    ],
  ])('%s', (_, work, refused) => {
    expect(on('nested.json', work)).toBe(refused)
  })

  it('what YAML shares by an anchor', () => {
    expect(on('anchors.yaml', (s, p) => setField(s, p, '/States/Ship/Catch/0/ResultPath', '$.x'))).toBe(
      'This part is shared by the anchor &undo of the YAML text. Edit the text itself.',
    )
    expect(on('anchors.yaml', (s, p) => setField(s, p, '/States/Charge/Catch', []))).toBe(
      'The anchor &undo in it is used elsewhere in the YAML text. Edit the text itself.',
    )
    // All who share it follow a new name.
    const renamed = on('anchors.yaml', (s, p) => renameState(s, p, '/States/Undo', 'Back'))
    expect(renamed).toContain('        Next: Back\n')
  })
})

describe('states in an empty place', () => {
  const add = (text: string, format: 'json' | 'yaml', scope = '') => {
    const source: Source = { text, format }
    const command = addState(source, read(source), scope, PASS)
    return 'refused' in command ? command.refused : applyEdits(text, command.edits)
  }
  it('become its start', () => {
    expect(add('{}', 'json')).toBe('{"StartAt":"Pass","States":{"Pass":{"Type":"Pass","End":true}}}')
    expect(add('{\n\t"States": {}\n}\n', 'json')).toBe(
      '{\n\t"StartAt": "Pass",\n\t"States": {\n\t\t"Pass": {\n\t\t\t"Type": "Pass",\n\t\t\t"End": true\n\t\t}\n\t}\n}\n',
    )
    expect(add('Comment: x # y\nStates: # z\n', 'yaml')).toBe(
      'Comment: x # y\nStartAt: Pass\nStates: # z\n  Pass:\n    Type: Pass\n    End: true\n',
    )
    const parallel = 'States:\n  P:\n    Type: Parallel\n    Branches:\n    - {}\n'
    expect(add(parallel, 'yaml', '/States/P/Branches/0')).toBe(
      'States:\n  P:\n    Type: Parallel\n    Branches:\n    - StartAt: Pass\n      States:\n        Pass:\n          Type: Pass\n          End: true\n',
    )
  })
})
