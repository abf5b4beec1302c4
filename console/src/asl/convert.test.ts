import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixtures, read } from '../../tests/definitions'
import { applyEdits } from './apply'
import { convert, writeText } from './convert'
import { tidy } from './format'
import type { Source } from './program'
import { defaultStyle } from './text/defaults'
import { outOf } from './text/out'

function converted(source: Source): Source {
  const { edit, format } = convert(source, read(source))
  return { format, text: applyEdits(source.text, [edit]) }
}

describe('convert', () => {
  it.each(fixtures)('$file says the same in the other format, and back', ({ source }) => {
    const { value } = read(source).tree
    const other = converted(source)
    expect(other.format).not.toBe(source.format)
    expect(read(other).tree.value).toEqual(value)
    expect(read(converted(other)).tree.value).toEqual(value)
  })

  it('keeps all digits, the order of names that are numbers, and line breaks', () => {
    const text =
      '{\r\n "States": {"2": {"num": 12345678901234567890, "f": 1.50}, "1": {"Comment": "a\\nb"}}\r\n}'
    const { text: yaml } = converted({ text, format: 'json' })
    expect(yaml).toBe(
      [
        'States:',
        "  '2':",
        '    num: 12345678901234567890',
        '    f: 1.50',
        "  '1':",
        '    Comment: |-',
        '      a',
        '      b',
        '',
      ].join('\r\n'),
    )
  })

  it('says which comments would be lost', () => {
    const lost = (text: string) => convert({ text, format: 'yaml' }, read({ text, format: 'yaml' })).lost
    expect(
      lost('# head\na: "x # no" # one\nb: {c: 1, # two\n  d: 2}\ne: |\n  # no\nf: plain#no\n# end\n'),
    ).toEqual(['head', 'one', 'two', 'end'])
    expect(lost('a: 1\n')).toEqual([])
  })

  it('writes any value so that it is read again', () => {
    const words = fc.constantFrom(
      'yes',
      '~',
      '1',
      '1e3',
      '- a',
      'a: b',
      'a #b',
      "it's",
      '"',
      '{% $x %}',
      '',
      ' ',
      'a\n',
      '\n\na',
      'a\n b \n',
      '\u0085',
      '\ufeff',
      '#',
      '&a',
      '*a',
      '!x',
      '|',
      '%',
      '@',
      '`',
      '0x1',
      '.5',
      '\t',
      '---',
      '...',
      'a:',
      '?',
      '? a',
      '🧐',
      '\ud800',
    )
    const text = fc.oneof(
      words,
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.tuple(words, words).map(pair => pair.join('\n')),
    )
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }))
    const given = fc.dictionary(fc.constantFrom('a', 'b'), value, { noNullPrototype: true, minKeys: 1 })
    fc.assert(
      fc.property(
        given,
        fc.constantFrom('json' as const, 'yaml' as const),
        fc.boolean(),
        (object, format, flags) => {
          const style = {
            ...defaultStyle(format),
            quoteAll: flags,
            indentedLists: flags,
            shortObjects: flags,
          }
          const source: Source = { text: writeText(outOf(object), style), format }
          expect(read(source).tree.value, source.text).toEqual(object)
          expect(read(converted(source)).tree.value).toEqual(object)
        },
      ),
      { numRuns: 300, seed: 3 },
    )
  })
})

describe('tidy', () => {
  it.each(fixtures)('$file says the same, and stays as it is the second time', ({ source }) => {
    const program = read(source)
    const edit = tidy(source, program)
    if (source.format === 'yaml') return expect(edit).toBeUndefined()
    const text = edit ? applyEdits(source.text, [edit]) : source.text
    const again: Source = { text, format: 'json' }
    expect(read(again).tree.value).toEqual(program.tree.value)
    expect(tidy(again, read(again))).toBeUndefined()
  })
})
