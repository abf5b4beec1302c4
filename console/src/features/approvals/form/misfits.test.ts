import { afterEach, expect, test, vi } from 'vitest'
import { check } from './check'
import { misfits } from './misfits'
import { matches, type Patterned } from './pattern'
import { findForm } from './schema'

afterEach(() => void vi.useRealTimers())

/** A worker that answers with `answer`, or never. */
function fake(answer: (one: Patterned) => boolean | undefined) {
  const ended: string[] = []
  const begin = () => {
    const worker = {
      onmessage: (_: { data: boolean }) => {},
      postMessage(one: Patterned) {
        worker.terminate = () => void ended.push(one.name)
        const data = answer(one)
        if (data !== undefined) queueMicrotask(() => worker.onmessage({ data }))
      },
      terminate: () => {},
    }
    return worker as unknown as Worker
  }
  return { begin, ended }
}

const one = (pattern: string, text: string): Patterned => ({ name: 'sku', pattern, text })

test('a text has a pattern or not; a pattern that cannot be read refuses nothing', () => {
  expect(matches(one('^[A-Z]+$', 'AB'))).toBe(true)
  expect(matches(one('^[A-Z]+$', 'ab'))).toBe(false)
  expect(matches(one('(', 'ab'))).toBe(true)
})

test('texts with a pattern are named by the check, and held against it in a worker', async () => {
  const properties = {
    sku: { type: 'string', pattern: '^[A-Z]+$' },
    free: { type: 'string' },
    none: { type: 'string', pattern: '.' },
  }
  const fields = findForm(JSON.stringify({ form: { type: 'object', properties } }))?.fields ?? []
  const { patterned, errors } = check(fields, { sku: 'ab', free: 'x', none: '' })
  expect(errors).toEqual({})
  expect(patterned).toEqual([one('^[A-Z]+$', 'ab')])
  const { begin, ended } = fake(matches)
  expect((await misfits(patterned, begin)).sku).toContain('^[A-Z]+$')
  expect(await misfits([one('^[A-Z]+$', 'AB')], begin)).toEqual({})
  expect(ended).toEqual(['sku', 'sku'])
})

test('a pattern that does not end is ended, and refuses nothing', async () => {
  vi.useFakeTimers()
  const { begin, ended } = fake(() => undefined)
  const found = misfits([one('^(a+)+$', `${'a'.repeat(40)}!`)], begin)
  await vi.advanceTimersByTimeAsync(999)
  expect(ended).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await found).toEqual({})
  expect(ended).toEqual(['sku'])
})
