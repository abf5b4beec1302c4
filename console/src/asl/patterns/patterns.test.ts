import { describe, expect, it } from 'vitest'
import { applyEdits } from '~/asl/apply'
import { allLinks } from '~/asl/edges'
import { changeType } from '~/asl/edits/change-type'
import { EXIT } from '~/asl/edits/fragment'
import { insertOnEdge } from '~/asl/edits/insert-state'
import { type QueryLanguage, takesField } from '~/asl/fields'
import { machineTemplates, newMachine } from '~/asl/machines'
import { USUAL_PLACE } from '~/asl/place'
import type { Program, Source } from '~/asl/program'
import { newCatcher, newRetrier, newRule, newState } from '~/asl/templates'
import { read } from '../../../tests/definitions'
import { patterns } from '.'

const languages = ['JSONPath', 'JSONata'] as const
const types = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const
const formats = ['json', 'yaml'] as const

/** What a machine must be so that the server takes it, as far as structure goes. */
function expectSound(program: Program, language: QueryLanguage, text: string) {
  expect(text).not.toContain(EXIT)
  for (const scope of program.scopes.values()) {
    const names = scope.states.map(state => state.name)
    expect(names, text).toContain(scope.startAt)
    const reached = new Set([
      scope.startAt,
      ...allLinks(program).flatMap(link => (link.scope === scope.id ? [link.to] : [])),
    ])
    expect([...reached].sort(), text).toEqual(names.sort())
  }
  const all = [...program.states.values()]
  expect(new Set(all.map(state => state.name)).size, text).toBe(all.length)
  for (const state of all) {
    const ends = /^(Choice|Succeed|Fail)$/.test(state.type)
    expect([state.name, Number(state.next !== undefined) + Number(state.end)]).toEqual([
      state.name,
      ends ? 0 : 1,
    ])
    for (const field of Object.keys(state.value)) {
      expect(takesField(state.type, language, field), `${state.name}: ${field}`).toBe(true)
    }
  }
}

function blank(language: QueryLanguage, format: 'json' | 'yaml'): Source {
  const [template] = machineTemplates
  if (!template) throw new Error('no template')
  return { format, text: newMachine(template, language, format) }
}

describe.each(languages)('%s', language => {
  it.each(
    formats.flatMap(format => machineTemplates.map(template => [template.id, format, template] as const)),
  )('machine %s in %s', (_, format, template) => {
    const text = newMachine(template, language, format)
    expectSound(read({ text, format }), language, text)
  })

  const fragments = [
    ...patterns.map(({ id, build }) => [id, () => build(language, USUAL_PLACE)] as const),
    ...types
      .filter(type => type !== 'Fail' && type !== 'Succeed')
      .map(type => [type, () => newState(type, language)] as const),
  ]
  it.each(fragments)('%s goes on an edge, twice', (_, build) => {
    for (const format of formats) {
      let source = blank(language, format)
      for (const edge of [
        { kind: 'next', from: '/States/Start' } as const,
        { kind: 'start', scope: '' } as const,
      ]) {
        const command = insertOnEdge(source, read(source), edge, build())
        if ('refused' in command) throw new Error(command.refused)
        source = { format, text: applyEdits(source.text, command.edits) }
        expectSound(read(source), language, source.text)
        expect(command.select && read(source).states.has(command.select)).toBe(true)
      }
    }
  })

  it('has rules, catchers and retriers to begin with', () => {
    expect(newRule(language, 'A').Next).toBe('A')
    expect(newCatcher(language, 'A').Next).toBe('A')
    expect(newRetrier().MaxAttempts).toBe(3)
  })

  it.each(types)('a state becomes a %s and is sound', type => {
    const source = blank(language, 'json')
    const command = changeType(source, read(source), '/States/Start', type)
    if ('refused' in command) throw new Error(command.refused)
    const text = applyEdits(source.text, command.edits)
    expectSound(read({ ...source, text }), language, text)
  })
})
