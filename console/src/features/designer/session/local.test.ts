import { afterEach, expect, test, vi } from 'vitest'
import { LOCAL_DRAFT } from '~/data/drafts'
import type { Draft } from '../api/drafts'
import { localDrafts } from './local'

afterEach(() => vi.unstubAllGlobals())

const DAY = 86_400
const NOW = 1000 * DAY

function draft(id: string, days: number): Draft {
  const text = 'x'.repeat(100)
  const savedAt = NOW - days * DAY
  return { id, title: id, text, format: 'json', machineType: 'STANDARD', savedAt, editor: 'me' } as Draft
}

/** A browser that has room for so many entries. */
function browser(room: number) {
  const storage = Object.create({
    getItem: (key: string) => storage[key] ?? null,
    setItem(key: string, value: string) {
      if (!(key in storage) && Object.keys(storage).length >= room) throw new Error('QuotaExceededError')
      storage[key] = value
    },
    removeItem: (key: string) => void delete storage[key],
  })
  vi.stubGlobal('localStorage', storage)
  return storage as Record<string, string>
}

test('old drafts give way when there is no room, and nothing else does', () => {
  const storage = browser(4)
  storage['stateline.views'] = '[]'
  for (const [id, days] of [
    ['old', 91],
    ['young', 89],
  ] as const)
    expect(localDrafts.write(draft(id, days))).toBe(true)
  storage[`${LOCAL_DRAFT}broken`] = '{'
  expect(localDrafts.write(draft('new', 0))).toBe(true)
  expect(Object.keys(storage)).toEqual([
    'stateline.views',
    `${LOCAL_DRAFT}young`,
    `${LOCAL_DRAFT}broken`,
    `${LOCAL_DRAFT}new`,
  ])
  expect(localDrafts.write(draft('another', 0))).toBe(false)
  expect(localDrafts.read('young')?.title).toBe('young')
})

test('a browser that keeps nothing says so', () => {
  const closed = () => {
    throw new Error('SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: closed, setItem: closed, removeItem: closed })
  expect(localDrafts.write(draft('new', 0))).toBe(false)
  expect(localDrafts.read('new')).toBeUndefined()
})
