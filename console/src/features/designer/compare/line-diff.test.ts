import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hunks, lineDiff } from './line-diff'

const short = (before: string, after: string) =>
  lineDiff(before, after).map(line => `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`)

test('the fewest lines go and come', () => {
  expect(short('a\nb\nc', 'a\nx\nc')).toEqual([' a', '-b', '+x', ' c'])
  expect(short('a\nb', 'a\nb')).toEqual([' a', ' b'])
  expect(short('', 'a')).toEqual(['-', '+a'])
  expect(short('a\nb\nc\nd', 'b\nc\ne\nd')).toEqual(['-a', ' b', ' c', '+e', ' d'])
})

test('both texts can be put together from it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map(all => all.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after)
      const side = (without: string) =>
        lines
          .filter(({ kind }) => kind !== without)
          .map(line => line.text)
          .join('\n')
      expect(side('added')).toBe(before)
      expect(side('removed')).toBe(after)
    }),
  )
})

test('equal lines far from a difference are left out', () => {
  const before = Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')
  const found = hunks(lineDiff(before, before.replace('line 3\n', 'other\n').replace('line 20', 'more')))
  expect(found.map(hunk => [hunk.skipped, hunk.lines.length])).toEqual([
    [0, 8],
    [10, 8],
  ])
  expect(hunks(lineDiff(before, before))).toEqual([])
})

test('texts without a common line, too long for a table, are replaced', () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, line) => `${word}${line}`).join('\n')
  const lines = lineDiff(many('a'), many('b'))
  expect(lines).toHaveLength(6000)
  expect(lines[0]?.kind).toBe('removed')
})
