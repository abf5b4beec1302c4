import type { Program, StateNode } from '~/asl/program'
import type { TestRequest, ValidationMode } from './api'
import { hasWork, type ResultSample } from './samples'

export interface RunOptions {
  roleArn: string
  mode: ValidationMode
  /** JSON text; '' for none. */
  context: string
  revealSecrets: boolean
  /** How often its retrier has tried again already, as typed. */
  retries: string
}

export interface Asked {
  program: Program
  state: StateNode
  input: string
  sample: ResultSample
  variables: string
  options: RunOptions
}

/** What TestState is asked: the whole machine with the state's name, so that what is inherited holds. */
export function requestOf({ program, state, input, sample, variables, options }: Asked): TestRequest {
  const request: TestRequest = {
    definition: JSON.stringify(program.tree.value),
    stateName: state.name,
    input,
    inspectionLevel: 'TRACE',
    variables: variables.trim() || undefined,
  }
  const mocked = hasWork(state.type) && sample.kind !== 'none'
  if (!mocked) {
    request.roleArn = options.roleArn.trim() || undefined
    request.revealSecrets = options.revealSecrets || undefined
    return request
  }
  request.context = options.context.trim() || undefined
  if (sample.kind === 'result') {
    request.mock = { result: sample.result, fieldValidationMode: options.mode }
    return request
  }
  request.mock = { errorOutput: { error: sample.error || undefined, cause: sample.cause || undefined } }
  const retries = options.retries.trim()
  if (/^\d+$/.test(retries)) request.stateConfiguration = { retrierRetryCount: Number(retries) }
  return request
}
