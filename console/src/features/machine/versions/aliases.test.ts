import { expect, test } from 'vitest'
import { weights } from './aliases'

test('two weights make a hundred', () => {
  expect(weights('80')).toEqual([80, 20])
  expect(weights(' 0 ')).toEqual([0, 100])
  for (const text of ['', '101', '-1', '1.5', 'x']) expect(weights(text)).toBeUndefined()
})
