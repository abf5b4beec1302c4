import { expect, test } from 'vitest'
import type { OpenTask } from '~/data/types'
import { byActivity } from './data'

const task = (resource: string, waitsFor: OpenTask['waitsFor']): OpenTask => ({
  executionArn: 'e',
  stateMachineArn: 'm',
  stateName: 's',
  resource,
  waitsFor,
  since: 1,
})

test('tasks are found by their activity', () => {
  const found = byActivity([
    task('a', 'WORKER'),
    task('b', 'RESULT'),
    task('a', 'RESULT'),
    task('c', 'TOKEN'),
  ])
  expect([...found].map(([arn, tasks]) => `${arn} ${tasks.length}`)).toEqual(['a 2', 'b 1'])
})
