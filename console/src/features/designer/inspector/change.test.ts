import { describe, expect, test } from 'vitest'
import { applyEdits } from '~/asl/apply'
import { languageOf } from '~/asl/fields'
import type { Program, Source } from '~/asl/program'
import { nodeAt } from '~/asl/tree'
import { fixtures, read } from '../../../../tests/definitions'
import { changeFields, type FieldChange } from './change'
import { changesOf } from './controls/changes'
import { fieldsOf } from './fields'
import { type Field, inLanguage } from './fields/types'
import { textOf, written } from './values'

const TYPED = new Set(['line', 'text', 'value', 'number', 'json', 'path'])

function apply(source: Source, changes: FieldChange[]): Source {
  const command = changeFields(source, read(source), changes)
  if ('refused' in command) throw new Error(command.refused)
  return { ...source, text: applyEdits(source.text, command.edits) }
}

/** Each typed field of each state that has a value, with the object it stands in. */
function* typedFields(program: Program) {
  for (const state of program.states.values()) {
    const language = languageOf(program, state)
    const fields = fieldsOf(state.type, language).flatMap(field =>
      field.control === 'oneOf' ? inLanguage(field.fields ?? [], language) : [field],
    )
    for (const field of fields) {
      if (TYPED.has(field.control)) yield { state, language, field }
    }
  }
}

/** What is typed in the test, by kind. */
function sampleOf(field: Field): string {
  if (field.control === 'number') return '7'
  if (field.control === 'json') return '{"made": [1, {"two": "x"}]}'
  if (field.control === 'path') return '$.some.place'
  return 'some "text"'
}

/** So often a field of a type is tried in each format: not in every state of every text. */
const TIMES_MAX = 2
const times = new Map<string, number>()

describe.each(fixtures.map(fixture => [fixture.file, fixture.source] as const))('%s', (_, source) => {
  test('what the forms show, written again, is the same text', () => {
    for (const { state, language, field } of typedFields(read(source))) {
      const text = textOf(field, state.value, language)
      if (text === '' || text === 'null') continue
      const result = written(field, text, language)
      if ('fault' in result) continue
      expect(apply(source, changesOf(field, state.id, state.value, result)).text).toBe(source.text)
    }
  })

  test('what is typed is in the text, shown again, and gone when it is emptied', () => {
    for (const { state, language, field } of typedFields(read(source))) {
      const kind = `${source.format} ${state.type} ${language} ${field.key}`
      const tried = times.get(kind) ?? 0
      if (tried >= TIMES_MAX) continue
      times.set(kind, tried + 1)
      const result = written(field, sampleOf(field), language)
      if ('fault' in result) throw new Error(result.fault)
      const changes = changesOf(field, state.id, state.value, result)
      // What YAML shares between places is not changed from a form.
      const command = changeFields(source, read(source), changes)
      if ('refused' in command) {
        expect([source.format, command.refused]).toEqual(['yaml', expect.stringContaining('anchor')])
        continue
      }
      const after = apply(source, changes)
      const now = read(after).states.get(state.id)
      expect(now?.value[result.key]).toEqual(result.value)
      expect(written(field, textOf(field, now?.value ?? {}, language), language)).toEqual(result)
      const emptied = apply(
        after,
        changesOf(field, state.id, now?.value ?? {}, { key: field.key, value: undefined }),
      )
      const { [field.key]: _one, [field.pathKey ?? '']: _other, ...rest } = state.value
      expect(read(emptied).states.get(state.id)?.value).toEqual(rest)
    }
  })
})

describe('changes', () => {
  const machine = (state: object): Source => ({
    text: JSON.stringify({ StartAt: 'S', States: { S: { Type: 'Map', ...state, End: true } } }, null, 2),
    format: 'json',
  })
  const state = (source: Source) => read(source).states.get('/States/S')?.value

  test('a field of an object that is not there makes it', () => {
    const after = apply(machine({}), [{ at: '/States/S/ItemReader/ReaderConfig/MaxItems', value: 5 }])
    expect(state(after)).toEqual({ Type: 'Map', ItemReader: { ReaderConfig: { MaxItems: 5 } }, End: true })
  })

  test('an object goes with its last field, but a retrier stays', () => {
    const reader = machine({ ItemReader: { ReaderConfig: { MaxItems: 5 } } })
    expect(
      state(apply(reader, [{ at: '/States/S/ItemReader/ReaderConfig/MaxItems', value: undefined }])),
    ).toEqual({ Type: 'Map', End: true })
    const retry = machine({ Retry: [{ ErrorEquals: ['E'] }] })
    expect(state(apply(retry, [{ at: '/States/S/Retry/0/ErrorEquals', value: undefined }]))?.Retry).toEqual([
      {},
    ])
  })

  test('one of two fields takes the place of the other', () => {
    const after = apply(machine({ MaxConcurrency: 3, Label: 'x' }), [
      { at: '/States/S/MaxConcurrency', value: '$.n', rename: 'MaxConcurrencyPath' },
    ])
    expect(Object.keys(state(after) ?? {})).toEqual(['Type', 'MaxConcurrencyPath', 'Label', 'End'])
    expect(state(after)?.MaxConcurrencyPath).toBe('$.n')
  })

  test('nothing is written into an item that is gone', () => {
    const source = machine({ Retry: [{ ErrorEquals: ['E'] }] })
    const after = apply(source, [{ at: '/States/S/Retry/1/MaxAttempts', value: 2 }])
    expect(after.text).toBe(source.text)
    expect(nodeAt(read(after).tree, '/States/S/Retry')?.items).toHaveLength(1)
  })

  test('a key that is a list or an object is renamed with what is in it', () => {
    const after = apply(machine({ Parameters: { a: { b: 1 } } }), [
      { at: '/States/S/Parameters/a', value: '$.x', rename: 'a.$' },
    ])
    expect(state(after)?.Parameters).toEqual({ 'a.$': '$.x' })
  })
})
