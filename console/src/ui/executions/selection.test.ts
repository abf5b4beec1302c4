import { expect, test } from 'vitest'
import { NONE, toggle, toggleAll } from './selection'

const IDS = ['a', 'b', 'c', 'd', 'e']
const list = (selection: typeof NONE) => [...selection.chosen].sort().join('')

test('one by one, and a range from the last one', () => {
  const one = toggle(NONE, 'd', IDS, false)
  expect(list(one)).toBe('d')
  const range = toggle(one, 'b', IDS, true)
  expect(list(range)).toBe('bcd')
  expect(list(toggle(range, 'd', IDS, true))).toBe('')
  expect(list(toggle(range, 'e', IDS, false))).toBe('bcde')
})

test('a range without a beginning is one row', () => {
  expect(list(toggle(NONE, 'c', IDS, true))).toBe('c')
  expect(list(toggle({ chosen: new Set(), anchor: 'gone' }, 'c', IDS, true))).toBe('c')
})

test('all, and none', () => {
  const all = toggleAll(NONE, IDS)
  expect(list(all)).toBe('abcde')
  expect(list(toggleAll(all, IDS))).toBe('')
  expect(list(toggleAll(toggle(NONE, 'b', IDS, false), IDS))).toBe('abcde')
})
