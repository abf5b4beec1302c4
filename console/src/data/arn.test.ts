import { expect, test } from 'vitest'
import { machineArnOf, machineNameOf, nameOf, qualifierOf } from './arn'

const AT = 'arn:aws:states:us-east-1:000000000000'

test('names are read from every kind of ARN', () => {
  expect(nameOf(`${AT}:stateMachine:order`)).toBe('order')
  expect(nameOf(`${AT}:execution:order:one`)).toBe('one')
  expect(nameOf(`${AT}:express:order:one:5a`)).toBe('one')
  expect(nameOf(`${AT}:activity:sign`)).toBe('sign')
  expect(machineNameOf(`${AT}:execution:order/Each:one`)).toBe('order')
  expect(machineNameOf(`${AT}:mapRun:order/Each:5a`)).toBe('order')
})

test('the machine is found behind versions, aliases, executions and labels', () => {
  const machine = `${AT}:stateMachine:order`
  for (const arn of [
    machine,
    `${machine}:3`,
    `${machine}:live`,
    `${machine}/Each`,
    `${AT}:execution:order:one`,
    `${AT}:execution:order/Each:one`,
    `${AT}:mapRun:order/Each:5a`,
  ]) {
    expect(machineArnOf(arn)).toBe(machine)
  }
  expect(machineArnOf('x')).toBe('x')
  expect(qualifierOf(`${machine}:3`)).toBe('3')
  expect(qualifierOf(machine)).toBeUndefined()
  expect(qualifierOf(`${AT}:execution:order:one`)).toBeUndefined()
})
