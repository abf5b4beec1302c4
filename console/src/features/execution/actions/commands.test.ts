import { expect, test } from 'vitest'
import { quoted } from './commands'

test('a shell takes any text as one word', () => {
  expect(quoted('arn:aws:states:us-east-1:000000000000:execution:a:b')).not.toContain("'")
  expect(quoted('{"a": 1}')).toBe(`'{"a": 1}'`)
  expect(quoted("it's $(rm -rf /)")).toBe(`'it'\\''s $(rm -rf /)'`)
  expect(quoted('')).toBe("''")
})
