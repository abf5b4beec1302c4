import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyEdits, invertEdits, Steps } from './apply'
import type { Edit } from './program'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀'), maxLength: 40 })

/** Edits of a text of this length, sorted and apart. */
const edits = (length: number) =>
  fc.array(fc.tuple(fc.nat(length), fc.nat(length), text), { maxLength: 4 }).map(found => {
    const places = [...found.map(([a]) => a), ...found.map(([, b]) => b)].sort((a, b) => a - b)
    return found.map(([, , insert], index): Edit => {
      return { start: places[index * 2] ?? 0, end: places[index * 2 + 1] ?? 0, insert }
    })
  })

it('inverts what it applies', () => {
  const given = text.chain(first => fc.tuple(fc.constant(first), edits(first.length)))
  fc.assert(
    fc.property(given, ([first, list]) => {
      const second = applyEdits(first, list)
      expect(applyEdits(second, invertEdits(first, list))).toBe(first)
    }),
    { numRuns: 500, seed: 1 },
  )
})

it('makes one list of edits of several steps', () => {
  const given = fc.tuple(text, fc.infiniteStream(fc.nat(1000)), text)
  fc.assert(
    fc.property(given, ([first, numbers, insert]) => {
      const steps = new Steps(first)
      let now = first
      for (let step = 0; step < 5; step++) {
        const places = [0, 1, 2, 3]
          .map(() => (numbers.next().value ?? 0) % (now.length + 1))
          .sort((a, b) => a - b)
        const [a = 0, b = 0, c = 0, d = 0] = places
        const list = [
          { start: a, end: b, insert },
          { start: c, end: d, insert: 'b' },
        ]
        steps.apply(list)
        now = applyEdits(now, list)
      }
      const found = steps.edits()
      expect(applyEdits(first, found)).toBe(now)
      for (const [index, edit] of found.entries()) {
        expect(edit.start).toBeLessThanOrEqual(edit.end)
        expect(edit.start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0)
        expect(edit.insert === '' && edit.start === edit.end).toBe(false)
      }
    }),
    { numRuns: 500, seed: 2 },
  )
})

it('leaves out what an edit would not change', () => {
  const steps = new Steps('"Next": "Pick"')
  steps.apply([{ start: 8, end: 14, insert: '"Pack"' }])
  expect(steps.edits()).toEqual([{ start: 10, end: 11, insert: 'a' }])
})
