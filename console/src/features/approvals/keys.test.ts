import { expect, test } from 'vitest'
import type { OpenTask } from '~/data/types'
import { linkTo, stepOf, taskAt } from './keys'

const task = (executionArn: string, stateName: string, scheduledEventId?: number): OpenTask => ({
  executionArn,
  stateMachineArn: 'm',
  stateName,
  resource: 'r',
  waitsFor: 'TOKEN',
  since: 1,
  scheduledEventId,
})
const ALL = [task('a', 'Ask', 3), task('b', 'Ask', 3), task('b', 'Ask', 7)]

test('a link leads back to its task, and is no longer than needed', () => {
  for (const one of ALL) expect(taskAt(ALL, linkTo(one, ALL))).toBe(one)
  expect(linkTo(ALL[0] as OpenTask, ALL)).toEqual({ execution: 'a', state: 'Ask' })
  expect(linkTo(ALL[2] as OpenTask, ALL)).toEqual({ execution: 'b', state: 'Ask', event: '7' })
  expect(taskAt(ALL, { execution: 'b', state: 'Ask', event: '9' })).toBeUndefined()
  expect(taskAt(ALL, {})).toBeUndefined()
})

test('keys go through the list and stop at its ends', () => {
  expect(stepOf('j', ALL, undefined)).toBe(ALL[0])
  expect(stepOf('j', ALL, ALL[0])).toBe(ALL[1])
  expect(stepOf('ArrowUp', ALL, ALL[2])).toBe(ALL[1])
  expect(stepOf('k', ALL, ALL[0])).toBeUndefined()
  expect(stepOf('j', ALL, ALL[2])).toBeUndefined()
  expect(stepOf('x', ALL, ALL[0])).toBeUndefined()
})
