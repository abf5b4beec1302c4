import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choiceLabel } from './choice-label'
import type { Format, Program } from './program'
import { readProgram } from './read'

function program(text: string, format: Format = 'json'): Program {
  const { program, broken } = readProgram({ text, format })
  if (!program) throw new Error(`${broken?.message} at ${broken?.offset}`)
  return program
}

const NESTED = `{
  "StartAt": "Pick",
  "States": {
    "Pick": {
      "Type": "Choice",
      "Choices": [
        {"Variable": "$.total", "NumericGreaterThan": 100, "Next": "All"},
        {"Variable": "$.total", "IsPresent": false}
      ],
      "Default": "Each"
    },
    "All": {
      "Type": "Parallel",
      "Branches": [{"StartAt": "A/b", "States": {"A/b": {"Type": "Pass", "End": true}}}, {}],
      "Retry": [{"ErrorEquals": ["States.ALL"]}],
      "Catch": [{"ErrorEquals": ["X", 7], "Next": "Each"}],
      "Next": "Each"
    },
    "Each": {
      "Type": "Map",
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "One", "States": {"One": {"Type": "Succeed"}}},
      "End": true
    }
  }
}`

describe('readProgram', () => {
  it('reads states, scopes and what leads where', () => {
    const read = program(NESTED)
    expect([...read.scopes.keys()]).toEqual([
      '',
      '/States/All/Branches/0',
      '/States/All/Branches/1',
      '/States/Each/ItemProcessor',
    ])
    expect([...read.states.keys()]).toEqual([
      '/States/Pick',
      '/States/All',
      '/States/All/Branches/0/States/A~1b',
      '/States/Each',
      '/States/Each/ItemProcessor/States/One',
    ])
    const all = read.states.get('/States/All')
    expect(all).toMatchObject({ next: 'Each', end: false, retriers: 1, scope: '', name: 'All' })
    expect(all?.catchers).toMatchObject([{ index: 0, errors: ['X'], next: 'Each' }])
    expect(all && NESTED.slice(all.nameRange.start, all.nameRange.end)).toBe('All')
    expect(all && JSON.parse(NESTED.slice(all.range.start, all.range.end))).toEqual(all?.value)
    const pick = read.states.get('/States/Pick')
    expect(pick).toMatchObject({ fallback: 'Each' })
    expect(pick?.choices.map(rule => [rule.label, rule.next])).toEqual([
      ['$.total > 100', 'All'],
      ['$.total is not present', undefined],
    ])
    expect(read.scopes.get('/States/Each/ItemProcessor')?.distributed).toBe(true)
  })

  it('reads YAML with comments, anchors, both styles and block scalars', () => {
    const text = `# top
StartAt: A
States:
  A: # the first
    Type: Task
    Retry: &retry
      - ErrorEquals: [States.ALL]   # all
    Comment: |+
      two
      lines

    Next: 'B b'
  'B b': {Type: Map, Iterator: {StartAt: C, States: {C: {Type: Pass, Retry: *retry, End: true}}}, End: true}
`
    const read = program(text, 'yaml')
    const a = read.states.get('/States/A')
    expect(a).toMatchObject({ retriers: 1, next: 'B b', comment: 'two\nlines\n\n' })
    expect(a && text.slice(a.range.start, a.range.end)).toMatch(/^Type: Task[\s\S]*Next: 'B b'$/)
    const b = read.states.get('/States/B b')
    expect(b && text.slice(b.nameRange.start, b.nameRange.end)).toBe('B b')
    expect(read.states.get('/States/B b/Iterator/States/C')).toMatchObject({ retriers: 1, end: true })
  })

  it.each([
    ['', 'json', 'The text is empty', 0],
    ['{"a": 1,}', 'json', 'A name in double quotes is expected here', 8],
    ['{"a": 1 // no\n}', 'json', 'JSON has no comments; use a Comment field', 8],
    ['[1]', 'json', 'A definition is an object with StartAt and States', 0],
    ['{} {}', 'json', 'The definition has ended before this place', 3],
    ['', 'yaml', 'The text is empty', 0],
    ['a: *b', 'yaml', 'No anchor &b stands before', 3],
    ['a: &a {b: *a}', 'yaml', 'This alias stands within the value that it names', 10],
    ['? [a]\n: 1', 'yaml', 'The key of a mapping must be a text', 2],
  ] as const)('says what is wrong with %j', (text, format, message, offset) => {
    expect(readProgram({ text, format })).toEqual({ broken: { message, offset } })
  })

  it('counts the last of two states with the same name, and keeps strange names', () => {
    const read = program(
      '{"States": {"A": {"Type": "Wait"}, "__proto__": {"Type": "Fail"}, "A": {"Type": "Pass"}}}',
    )
    expect(read.top.states.map(state => [state.name, state.type])).toEqual([
      ['__proto__', 'Fail'],
      ['A', 'Pass'],
    ])
  })

  it('survives depth and aliases of aliases', () => {
    const deep = readProgram({ text: '['.repeat(500_000), format: 'json' })
    expect(deep.program).toBeUndefined()
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 9; level++) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      )
    }
    const bomb = readProgram({ text: lines.join('\n'), format: 'yaml' })
    expect(bomb.broken?.message).toMatch(/too large|Excessive/)
  }, 60_000)

  it('takes any nonsense without throwing', () => {
    const field = fc.constantFrom(
      'StartAt',
      'States',
      'Type',
      'Next',
      'End',
      'Choices',
      'Branches',
      'Catch',
      'Retry',
    )
    const words = fc.constantFrom('Parallel', 'Map', 'Choice', 'A')
    const { value } = fc.letrec(tie => ({
      value: fc.oneof({ maxDepth: 6 }, fc.jsonValue({ maxDepth: 1 }), words, tie('array'), tie('object')),
      array: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(
        fc.oneof(field, fc.constantFrom('ItemProcessor', 'Iterator', 'And', 'Not')),
        tie('value'),
      ),
    }))
    fc.assert(
      fc.property(value, definition => {
        const text = JSON.stringify(definition)
        const json = readProgram({ text, format: 'json' })
        const yaml = readProgram({ text, format: 'yaml' })
        expect(yaml.program?.tree.value).toEqual(json.program?.tree.value)
        if (json.program) expect(json.program.tree.value).toEqual(JSON.parse(text))
        expect([...(yaml.program?.states.keys() ?? [])]).toEqual([...(json.program?.states.keys() ?? [])])
      }),
      { numRuns: 300, seed: 7 },
    )
  }, 60_000)

  it('never throws on a text that is being typed', () => {
    fc.assert(
      fc.property(
        fc.nat(NESTED.length),
        fc.nat(9),
        fc.constantFrom<Format>('json', 'yaml'),
        (at, cut, format) => {
          const text = NESTED.slice(0, at) + NESTED.slice(at + cut)
          const reading = readProgram({ text, format })
          expect(Boolean(reading.program)).not.toBe(Boolean(reading.broken))
        },
      ),
      { numRuns: 300, seed: 7 },
    )
  }, 60_000)

  it('reads a mebibyte quickly', () => {
    const states = Object.fromEntries(
      Array.from({ length: 3600 }, (_, index) => [`State ${index}`, JSON.parse(NESTED).States.Pick]),
    )
    const text = JSON.stringify({ StartAt: 'State 0', States: states }, null, 2)
    expect(text.length).toBeGreaterThan(1 << 20)
    readProgram({ text, format: 'json' })
    // Time of the processor, so that a busy machine does not count.
    const times = [1, 2, 3, 4, 5].map(() => {
      const before = process.cpuUsage()
      readProgram({ text, format: 'json' })
      return process.cpuUsage(before).user / 1000
    })
    expect(Math.min(...times)).toBeLessThan(150)
  }, 60_000)
})

describe('choiceLabel', () => {
  it.each([
    [{ Condition: '{% $total > 100 %}' }, '$total > 100'],
    [{ Condition: true }, 'always'],
    [{ Variable: '$.a', StringEquals: 'x' }, '$.a = "x"'],
    [{ Variable: '$.a', NumericLessThanEqualsPath: '$.b' }, '$.a ≤ $.b'],
    [{ Variable: '$.a', BooleanEquals: false }, '$.a is false'],
    [{ Variable: '$.a', TimestampGreaterThan: '2030-01-01T00:00:00Z' }, '$.a > 2030-01-01T00:00:00Z'],
    [{ Variable: '$.a', StringMatches: 'a*' }, '$.a matches "a*"'],
    [{ Not: { Variable: '$.a', IsNull: true } }, 'not ($.a is null)'],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.b', IsString: true },
        ],
      },
      '$.a is present and $.b is a text',
    ],
    [
      { And: Array(4).fill({ Variable: '$.total', NumericGreaterThan: 100 }) },
      '$.total > 100 and $.total > 100 and $.total > 100 and …',
    ],
    [{ Or: [{ And: [{ Variable: '$.a', NumericEquals: 1 }] }] }, '($.a = 1)'],
    [7, ''],
    [{ And: [] }, ''],
  ])('%j', (rule, label) => {
    expect(choiceLabel(rule)).toBe(label)
  })
})
