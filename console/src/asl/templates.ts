import type { Fragment, Value } from './edits/fragment'
import { EXIT } from './edits/fragment'
import type { QueryLanguage } from './fields'
import type { StateType } from './program'

export type { Fragment }

/** A new state of a type: what it must have, and a name that says what it is. */
export function newState(type: StateType, language: QueryLanguage): Fragment {
  return [[type, stateOf(type, language)]]
}

function stateOf(type: StateType, language: QueryLanguage): Value {
  const jsonata = language === 'JSONata'
  switch (type) {
    case 'Task':
      return newTask('arn:aws:states:::lambda:invoke', language)
    case 'Pass':
      return { Type: type, Next: EXIT }
    case 'Choice': {
      const test = jsonata
        ? { Condition: '{% $exists($states.input.value) %}' }
        : { Variable: '$.value', IsPresent: true }
      return { Type: type, Choices: [{ ...test, Next: EXIT }], Default: EXIT }
    }
    case 'Wait':
      return { Type: type, Seconds: 5, Next: EXIT }
    case 'Succeed':
      return { Type: type }
    case 'Fail':
      return { Type: type, Error: 'Failed', Cause: 'Say here what went wrong.' }
    case 'Parallel':
      return { Type: type, Branches: [newBranch('Branch A'), newBranch('Branch B')], Next: EXIT }
    case 'Map': {
      const items = jsonata ? { Items: '{% $states.input.items %}' } : { ItemsPath: '$.items' }
      return { Type: type, ...items, ItemProcessor: newProcessor('Each item'), Next: EXIT }
    }
  }
}

/** A Task for a resource of the palette, with what a Lambda function needs. */
export function newTask(resource: string, language: QueryLanguage, parameters?: Value): Value {
  const jsonata = language === 'JSONata'
  const lambda = /:states:::lambda:invoke/.test(resource)
  const payload = jsonata ? { Payload: '{% $states.input %}' } : { 'Payload.$': '$' }
  const given = parameters ?? (lambda ? { FunctionName: 'my-function', ...payload } : {})
  return { Type: 'Task', Resource: resource, [jsonata ? 'Arguments' : 'Parameters']: given, Next: EXIT }
}

/** A branch of a Parallel with one Pass state. */
export function newBranch(name: string): Value {
  return { StartAt: name, States: { [name]: { Type: 'Pass', End: true } } }
}

function newProcessor(name: string, mode: 'INLINE' | 'DISTRIBUTED' = 'INLINE'): Value {
  const config = mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' }
  return { ProcessorConfig: config, ...newBranch(name) }
}

/** A choice rule, a catcher and a retrier to begin with. `next` is the name of a state. */
export function newRule(language: QueryLanguage, next: string): Value {
  if (language === 'JSONata') return { Condition: '{% $exists($states.input.value) %}', Next: next }
  return { Variable: '$.value', IsPresent: true, Next: next }
}

export function newCatcher(language: QueryLanguage, next: string): Value {
  if (language === 'JSONata')
    return { ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: next }
  return { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }
}

export function newRetrier(): Value {
  return {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 1,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  }
}
