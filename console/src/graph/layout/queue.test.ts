import { expect, test, vi } from 'vitest'
import { build, chain } from '../test/build'
import { layoutShape } from './layout'
import { LayoutQueue } from './queue'
import { shapeOf } from './shape'

const shape = shapeOf(build(chain('A')), { collapsed: new Set() })
const made = layoutShape(shape)

/** A worker that answers when it is told to. */
function fake() {
  const posted: string[] = []
  const worker = {
    onmessage: (_: { data: object }) => {},
    onerror: () => {},
    postMessage: ({ hash }: { hash: string }) => posted.push(hash),
  }
  const queue = new LayoutQueue(() => worker as unknown as Worker)
  const answer = (data: object) => worker.onmessage({ data })
  return { posted, worker, queue, answer }
}

test('one question at a time, and none that was taken back', () => {
  const { queue, posted, answer } = fake()
  const [a, b, c] = [vi.fn(), vi.fn(), vi.fn()]
  queue.ask('a', shape, a)
  const takeBack = queue.ask('b', shape, b)
  queue.ask('c', shape, c)
  takeBack()
  expect(posted).toEqual(['a'])
  answer({ hash: 'a', layout: made })
  expect(posted).toEqual(['a', 'c'])
  answer({ hash: 'c', layout: made })
  expect([a, b, c].map(asker => asker.mock.calls.length)).toEqual([1, 0, 1])
})

test('the same question twice is put once', () => {
  const { queue, posted, answer } = fake()
  const [a, b] = [vi.fn(), vi.fn()]
  queue.ask('a', shape, a)
  queue.ask('a', shape, b)
  answer({ hash: 'a', layout: made })
  expect(posted).toEqual(['a'])
  expect(b).toHaveBeenCalledWith(made)
})

test('without its worker the page does the work', () => {
  const { queue, worker } = fake()
  const asker = vi.fn()
  queue.ask('a', shape, asker)
  worker.onerror()
  expect(asker).toHaveBeenCalledWith(made)
})
