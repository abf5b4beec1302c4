import { expect, test } from 'vitest'
import type { Execution } from '~/data/types'
import { distinct } from './recent'

const run = (name: string, input?: string): Execution => ({
  executionArn: name,
  stateMachineArn: 'm',
  name,
  status: 'SUCCEEDED',
  startDate: 1,
  input,
})

test('each input once, the newest of its kind', () => {
  const found = distinct([
    run('c', '{"a": 1}'),
    run('b', '{"a":1}'),
    run('x'),
    run('a', '{"a":2}'),
    run('o', 'no'),
  ])
  expect(found.map(one => one.name)).toEqual(['c', 'a', 'o'])
})
