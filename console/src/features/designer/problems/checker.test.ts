import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Source } from '~/asl/program'
import type { Diagnostic } from '~/data/types'
import { DesignDocument } from '../document/document'
import { CHECK_PAUSE_MILLIS, Checker } from './checker'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const TEXT = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Gone"}}}'

/** Finds each `Gone`, and answers when told to. */
function setup() {
  const document = new DesignDocument({ text: TEXT, format: 'json' })
  const asked: { source: Source; answer: () => void; signal: AbortSignal }[] = []
  const checker = new Checker(document, (source, signal) => {
    return new Promise<Diagnostic[]>(resolve => {
      const answer = () =>
        resolve(
          [...source.text.matchAll(/Gone/g)].map(({ index }) => ({
            severity: 'error',
            code: 'MISSING_TARGET',
            message: 'No state has this name',
            location: '/States/A/Next',
            start: index,
            end: index + 4,
          })),
        )
      asked.push({ source, answer, signal })
    })
  })
  const edit = (start: number, end: number, insert: string) =>
    document.dispatch({ label: 'edit', edits: [{ start, end, insert }] })
  const places = () =>
    checker.found.get().problems.map(({ start, end }) => document.source.text.slice(start, end))
  return { document, checker, asked, edit, places }
}

const pass = (millis: number) => vi.advanceTimersByTimeAsync(millis)

test('problems have their place and their state', async () => {
  const { checker, asked, places } = setup()
  await pass(0)
  asked[0]?.answer()
  await pass(0)
  expect(places()).toEqual(['Gone'])
  expect(checker.found.get()).toMatchObject({ state: 'checked', problems: [{ state: '/States/A' }] })
})

test('what is shown moves with the text until the next answer', async () => {
  const { checker, asked, edit, places } = setup()
  await pass(0)
  asked[0]?.answer()
  await pass(0)
  edit(1, 1, '"Comment":"Gone",')
  expect(places()).toEqual(['Gone'])
  expect(checker.found.get().problems[0]?.start).toBe(TEXT.indexOf('Gone') + 17)
  expect(checker.found.get().state).toBe('checking')
  await pass(CHECK_PAUSE_MILLIS)
  asked[1]?.answer()
  await pass(0)
  expect(places()).toEqual(['Gone', 'Gone'])
})

test('an answer about an older text is moved to its places of now', async () => {
  const { checker, asked, edit, places } = setup()
  await pass(0)
  edit(1, 1, '"Comment":"x",')
  edit(2, 9, 'C')
  asked[0]?.answer()
  await pass(0)
  expect(places()).toEqual(['Gone'])
  expect(checker.found.get().state).toBe('checking')
})

test('an answer to a question that was asked again is dropped', async () => {
  const { checker, asked, edit, places } = setup()
  await pass(0)
  edit(TEXT.indexOf('Gone'), TEXT.indexOf('Gone') + 4, 'A')
  await pass(CHECK_PAUSE_MILLIS)
  expect(asked[0]?.signal.aborted).toBe(true)
  asked[1]?.answer()
  await pass(0)
  asked[0]?.answer()
  await pass(0)
  expect(places()).toEqual([])
  expect(checker.found.get().state).toBe('checked')
})

test('a problem whose text is deleted is nowhere but harmless', async () => {
  const { asked, edit, places, checker } = setup()
  await pass(0)
  asked[0]?.answer()
  await pass(0)
  edit(0, TEXT.length, '')
  expect(places()).toEqual([''])
  expect(checker.found.get().problems[0]).toMatchObject({ start: 0, end: 0 })
})
