import { expect, test } from 'vitest'
import { type BulkState, runBulk } from './bulk'
import { Failure } from './failure'

const pause = () => new Promise(done => setTimeout(done, 1))

test('never more than the width are under way, and all are done', async () => {
  let out = 0
  let most = 0
  const seen: number[] = []
  const items = Array.from({ length: 50 }, (_, item) => item)
  const end = await runBulk(
    items,
    async item => {
      out += 1
      most = Math.max(most, out)
      await pause()
      out -= 1
      seen.push(item)
    },
    () => {},
    new AbortController().signal,
  )
  expect(most).toBe(8)
  expect(seen.sort((a, b) => a - b)).toEqual(items)
  expect(end).toEqual({ total: 50, done: 50, failures: [], over: true, cancelled: false })
})

test('failures are kept with their reasons and stop nothing', async () => {
  const end = await runBulk(
    ['a', 'b', 'c'],
    async item => {
      if (item === 'b') throw new Failure('ExecutionDoesNotExist', 'gone')
    },
    () => {},
    new AbortController().signal,
  )
  expect(end.done).toBe(3)
  expect(end.failures).toEqual([{ item: 'b', reason: 'ExecutionDoesNotExist: gone' }])
})

test('cancelled, nothing further is begun', async () => {
  const off = new AbortController()
  const states: BulkState<number>[] = []
  const end = await runBulk(
    Array.from({ length: 30 }, (_, item) => item),
    async item => {
      await pause()
      if (item === 3) off.abort()
    },
    state => states.push(state),
    off.signal,
    2,
  )
  expect(end.cancelled).toBe(true)
  expect(end.done).toBeLessThan(8)
  expect(states.at(-1)).toEqual(end)
})

test('nothing to do is over at once', async () => {
  const end = await runBulk([], pause, () => {}, new AbortController().signal)
  expect(end).toEqual({ total: 0, done: 0, failures: [], over: true, cancelled: false })
})
