import { expect, test } from 'vitest'
import { momentFrom } from './moment'

test('what is typed becomes a moment in UTC', () => {
  expect(momentFrom('2026-11-21 19:30', true)).toBe('2026-11-21T19:30:00Z')
  expect(momentFrom(' 2026-11-21T9:30:15 ', true)).toBe('2026-11-21T09:30:15Z')
  expect(momentFrom('2026-11-21', true)).toBe('2026-11-21T00:00:00Z')
  const local = momentFrom('2026-11-21 19:30', false)
  expect(local && new Date(local).getHours()).toBe(19)
})

test('what is no moment is none', () => {
  for (const text of ['', 'today', '21.11.2026', '2026-13-01', '2026-11-21 25:00']) {
    expect(momentFrom(text, true), text).toBeUndefined()
  }
})
