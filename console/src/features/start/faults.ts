import { Failure } from '~/data/failure'

export type StartField = 'input' | 'name' | 'qualifier'

const BY_CODE: Record<string, StartField> = {
  InvalidExecutionInput: 'input',
  InvalidName: 'name',
  ExecutionAlreadyExists: 'name',
  StateMachineDoesNotExist: 'qualifier',
  InvalidArn: 'qualifier',
}

/** The field that a refusal is about: as AWS's error says by its name, or by `at 'name'` in its text. */
export function fieldOf(error: unknown): StartField | undefined {
  if (!(error instanceof Failure)) return undefined
  const named = /at '(input|name|stateMachineArn)'/.exec(error.message)?.[1]
  if (named) return named === 'stateMachineArn' ? 'qualifier' : (named as StartField)
  return BY_CODE[error.code]
}
