import type { Entry } from '../fold/story'

/** The execution that a Task started, as the service's answer tells. */
export function childOf(entry: Entry): string | undefined {
  const attempt = entry.attempts.findLast(
    one =>
      one.resource?.startsWith('startExecution') || one.resource?.includes('states:::states:startExecution'),
  )
  for (const text of [attempt?.answer, attempt?.result, attempt?.trouble?.cause]) {
    const arn = text === undefined ? undefined : arnIn(text)
    if (arn) return arn
  }
  return undefined
}

function arnIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return undefined
    const { ExecutionArn, executionArn } = answer as Record<string, unknown>
    const arn = ExecutionArn ?? executionArn
    return typeof arn === 'string' ? arn : undefined
  } catch {
    return undefined
  }
}

/** The execution that started this one, which it tells in its input where the author asked it to. */
export function parentOf(input: string | undefined): string | undefined {
  if (!input?.includes('AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID')) return undefined
  try {
    const { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: arn } = JSON.parse(input)
    return typeof arn === 'string' ? arn : undefined
  } catch {
    return undefined
  }
}

/** The function a Task called. */
export function functionOf(entry: Entry): string | undefined {
  const attempt = entry.attempts.findLast(one => one.kind === 'lambda' || one.resourceType === 'lambda')
  if (!attempt) return undefined
  if (attempt.kind === 'lambda') return attempt.resource?.split(':function:')[1] ?? attempt.resource
  try {
    const { FunctionName: name } = JSON.parse(attempt.parameters ?? '{}')
    return typeof name === 'string' ? (name.split(':function:')[1] ?? name) : undefined
  } catch {
    return undefined
  }
}
