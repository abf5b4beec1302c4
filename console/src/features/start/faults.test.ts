import { expect, test } from 'vitest'
import { Failure } from '~/data/failure'
import { fieldOf } from './faults'

test("AWS's errors find their field", () => {
  const of = (code: string, message = '') => fieldOf(new Failure(code, message))
  expect(of('InvalidExecutionInput')).toBe('input')
  expect(of('ExecutionAlreadyExists')).toBe('name')
  expect(of('StateMachineDoesNotExist')).toBe('qualifier')
  const refused = (field: string) =>
    of('ValidationException', `1 validation error detected: Value at '${field}' failed to satisfy constraint`)
  expect(refused('name')).toBe('name')
  expect(refused('stateMachineArn')).toBe('qualifier')
  expect(refused('traceHeader')).toBeUndefined()
  expect(of('Unreachable')).toBeUndefined()
  expect(fieldOf(new Error('x'))).toBeUndefined()
})
