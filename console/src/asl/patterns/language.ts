import type { Value } from '../edits/fragment'
import type { QueryLanguage } from '../fields'

/** What a state says in one of the two languages. */
export function say(language: QueryLanguage, path: Value, jsonata: Value): Value {
  return language === 'JSONata' ? jsonata : path
}

/** A call of a Lambda function; `payload` has keys as JSONPath or as JSONata wants them. */
export function lambda(language: QueryLanguage, name: string, payload: Value, wait = false): Value {
  const parameters = { FunctionName: name, Payload: payload }
  const resource = `arn:aws:states:::lambda:invoke${wait ? '.waitForTaskToken' : ''}`
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters'
  return { Type: 'Task', Resource: resource, [field]: parameters }
}

/** All of the input as a payload's entry. */
export function input(language: QueryLanguage, key: string): Value {
  return say(language, { [`${key}.$`]: '$' }, { [key]: '{% $states.input %}' })
}

/** Keeps the input, with the result beside it. */
export function keep(language: QueryLanguage, key: string, from = ''): Value {
  const result = `$states.result${from}`
  return say(
    language,
    { ResultPath: `$.${key}` },
    { Output: `{% $merge([$states.input, {'${key}': ${result}}]) %}` },
  )
}

/** What a catcher hands on: the input with the error beside it. */
export function caught(language: QueryLanguage): Value {
  return say(
    language,
    { ResultPath: '$.error' },
    { Output: "{% $merge([$states.input, {'error': $states.errorOutput}]) %}" },
  )
}

export const SERVICE_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
]
