import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdits } from './apply'
import type { Edit } from './program'
import { parseJson } from './read-json'
import { rereadJson } from './reread-json'
import type { Entry, TreeNode } from './tree'

function treeOf(text: string) {
  const parsed = parseJson(text)
  return 'tree' in parsed ? parsed.tree : undefined
}

/** What is read of the edited text, which must be what all of it says. */
function reread(text: string, edits: Edit[]) {
  const tree = treeOf(text)
  if (!tree) throw new Error(`no JSON: ${text}`)
  const after = applyEdits(text, edits)
  const read = rereadJson(tree, after, edits)
  if (read) expect(read).toEqual(treeOf(after))
  // The tree before is somebody else's.
  expect(tree).toEqual(treeOf(text))
  return read
}

/** The edits that make `to` of the first occurrence of each `from`. */
function change(text: string, ...pairs: [from: string, to: string][]) {
  const edits = pairs.map(([from, insert]) => {
    const start = text.indexOf(from)
    return { start, end: start + from.length, insert }
  })
  return reread(
    text,
    edits.sort((a, b) => a.start - b.start),
  )
}

const TEXT = '{"a": {"b": [1, "two", {"c": null}], "d": true}, "e": {}, "f": [], "g": "h"}'

test.each<[string, [string, string][]]>([
  ['a value', [['true', '[false]']]],
  ['a key', [['"d"', '"other"']]],
  ['a slot that comes', [['"e"', '"new": {"x": 1},\n "e"']]],
  ['a slot that goes', [['"e": {}, ', '']]],
  ['the first slot of an object', [['{}', '{"x": 1}']]],
  ['the last slot of an array', [['"two", {"c": null}', '"two"']]],
  [
    'several places',
    [
      ['1, ', ''],
      ['null', '[[2]]'],
      ['[]', '[0]'],
      ['"h"', '"i"'],
    ],
  ],
  ['the same key twice', [['"e"', '"a"']]],
  ['a name of the prototype', [['"e"', '"__proto__"']]],
])('%s is read by itself', (_, pairs) => {
  expect(change(TEXT, ...pairs)).toBeDefined()
})

test.each([
  ['"two"', '"two'],
  ['"two"', '"two\\'],
  [', "e"', ', "e\\'],
  [', "e"', ' "e"'],
  ['"d": true', '}, "x": {'],
  ['1, ', '1 '],
  ['true', 'true // no'],
  ['{}, "f"', '{,}, "f"'],
  ['"g": "h"', ''],
])('what breaks the text is left to the reader: %s to %s', (from, to) => {
  expect(treeOf(TEXT.replace(from, to))).toBeUndefined()
  expect(change(TEXT, [from, to])).toBeUndefined()
})

test('braces that close what was open and open another are left to the reader', () => {
  const pair: [string, string] = [', "d": true', '}, "x": {"y": 1']
  expect(treeOf(TEXT.replace(...pair))).toBeDefined()
  expect(change(TEXT, pair)).toBeUndefined()
})

test('edits outside of the braces are none of its business', () => {
  expect(reread('{"a": 1}', [{ start: 0, end: 0, insert: ' ' }])).toBeUndefined()
  expect(reread('{"a": 1}', [{ start: 8, end: 8, insert: '\n' }])).toBeUndefined()
})

const SNIPPETS = [
  '',
  ' ',
  ',',
  '"',
  '"x"',
  '1',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ', "x": 1',
  '"x": 1, ',
  '{}',
  '}, "y": {',
]
const VALUES = ['1', '"x"', '{}', '[]', '{"x": [1, {}]}', '[{"y": 2}, 3]', 'null', '']
const KEYS = ['"a"', '"b"', '"x"', '"__proto__"']

/** What commands do, and what people type: a place of the text and what comes there. */
const edit = fc.record({
  kind: fc.constantFrom('value', 'key', 'put', 'take', 'type'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(4),
  text: fc.constantFrom(...SNIPPETS),
  value: fc.constantFrom(...VALUES),
  key: fc.constantFrom(...KEYS),
})
type Wish = typeof edit extends fc.Arbitrary<infer T> ? T : never

function editOf(text: string, { kind, at, length, text: typed, value, key }: Wish): Edit {
  const slots: { holder: TreeNode; index: number }[] = []
  const visit = (node: TreeNode) => {
    for (const [index, slot] of [...node.entries, ...node.items].entries()) {
      slots.push({ holder: node, index })
      visit(slot.value)
    }
  }
  visit(treeOf(text) as TreeNode)
  const { holder, index } = slots[Math.floor(at * (slots.length - 1))] as (typeof slots)[number]
  const all = holder.kind === 'array' ? holder.items : holder.entries
  const slot = all[index] as Entry
  const next = all[index + 1]?.start
  if (kind === 'value') return { start: slot.value.start, end: slot.value.end, insert: value }
  if (kind === 'key') return { start: slot.start, end: slot.keyEnd ?? slot.value.end, insert: key }
  const put = holder.kind === 'array' ? `${value}, ` : `${key}: ${value}, `
  if (kind === 'put') return { start: slot.start, end: slot.start, insert: put }
  if (kind === 'take') return { start: slot.start, end: next ?? slot.value.end, insert: '' }
  const start = Math.floor(at * text.length)
  return { start, end: Math.min(text.length, start + length), insert: typed }
}

test('whatever is edited, it is what all of the text says, or nothing', () => {
  const texts = fc
    .record({ part: fc.json({ maxDepth: 4 }), indent: fc.nat(2) })
    .map(({ part, indent }) =>
      JSON.stringify({ a: JSON.parse(part), b: { c: [1, { d: '' }], e: {} } }, null, indent),
    )
  let read = 0
  fc.assert(
    fc.property(texts, fc.array(edit, { minLength: 1, maxLength: 3 }), (text, wishes) => {
      const edits: Edit[] = []
      for (const next of wishes.map(wish => editOf(text, wish)).sort((a, b) => a.start - b.start)) {
        if (next.start >= (edits.at(-1)?.end ?? 0)) edits.push(next)
      }
      if (reread(text, edits)) read++
    }),
    { numRuns: 2000 },
  )
  expect(read).toBeGreaterThan(500)
})
