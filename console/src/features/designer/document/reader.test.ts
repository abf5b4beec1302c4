import { afterEach, expect, test, vi } from 'vitest'
import type { Source } from '~/asl/program'
import { Reader } from './reader'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A definition of one state with this name, too long to be read at once. */
function long(name: string): Source {
  const States = { [name]: { Type: 'Succeed', Comment: 'x'.repeat(210 * 1024) } }
  return { text: JSON.stringify({ StartAt: name, States }), format: 'json' }
}

const namesIn = (reader: Reader) => [...(reader.last.program?.states.values() ?? [])].map(({ name }) => name)

test('a text that waits for an idle moment is not read over a newer one', () => {
  vi.useFakeTimers()
  const idle: (() => void)[] = []
  vi.stubGlobal('requestIdleCallback', (run: () => void) => idle.push(run))
  let text = long('First')
  const reader = new Reader(text, () => {})
  const replace = (next: Source) => {
    reader.edited([{ start: 0, end: text.text.length, insert: next.text }])
    reader.later(next)
    text = next
  }
  replace(long('Second'))
  vi.advanceTimersByTime(400)
  expect(idle).toHaveLength(1)
  replace(long('Third'))
  idle.shift()?.()
  expect(reader.last.current).toBe(false)
  vi.advanceTimersByTime(400)
  idle.shift()?.()
  expect(reader.last.current).toBe(true)
  expect(namesIn(reader)).toEqual(['Third'])
})
