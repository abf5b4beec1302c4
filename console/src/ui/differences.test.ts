import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differences } from './differences'

test('what was added, removed and changed is told by its path', () => {
  const before = { order: { items: [1, 2], 'a b': 1 }, gone: true }
  const after = { order: { items: [1, 3, 4], 'a b': 1 }, fresh: null }
  expect(differences(before, after)).toEqual([
    { kind: 'removed', path: 'gone', before: true },
    { kind: 'changed', path: 'order.items[1]', before: 2, after: 3 },
    { kind: 'added', path: 'order.items[2]', after: 4 },
    { kind: 'added', path: 'fresh', after: null },
  ])
  expect(differences({ 'a b': [] }, { 'a b': {} })).toEqual([
    { kind: 'changed', path: '["a b"]', before: [], after: {} },
  ])
})

test('only equal documents have no difference', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [one, other] = [JSON.stringify(a), JSON.stringify(b)]
      expect(differences(JSON.parse(one), JSON.parse(one))).toEqual([])
      const sorted = (value: unknown): string =>
        JSON.stringify(value, (_, inner) =>
          inner && typeof inner === 'object' && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
            : inner,
        )
      const same = sorted(JSON.parse(one)) === sorted(JSON.parse(other))
      expect(differences(JSON.parse(one), JSON.parse(other)).length === 0).toBe(same)
    }),
  )
})
