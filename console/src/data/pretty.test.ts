import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pretty } from './pretty'

test('it is laid out as JSON.stringify does it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
      const text = JSON.stringify(value)
      expect(pretty(text)).toBe(JSON.stringify(JSON.parse(text), null, 2))
    }),
    { numRuns: 50 },
  )
})

test('what a browser would change stays: long numbers, the order of keys, escapes', () => {
  const text = '{"b":12345678901234567890,"1":1.0,"a":"\\u00e9 {,:} \\" ","a":1E400,"e":[],"o":{}}'
  expect(pretty(text).replace(/\n */g, '').replaceAll('": ', '":')).toBe(text)
  expect(pretty(text)).toContain('\n  "b": 12345678901234567890,\n')
})

test('what is no JSON stays as it is', () => {
  for (const text of ['', 'plain', '{"a":', '{"a":1}}']) expect(pretty(text)).toBe(text)
})
