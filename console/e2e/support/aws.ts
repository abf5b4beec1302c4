const PATIENCE_MILLIS = 30_000

/** Calls an operation of AWS's API, without the console. */
export type Aws = <T = Record<string, never>>(operation: string, input?: object) => Promise<T>

/** An operation that was refused. */
class Refused extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

export function awsAt(url: () => string): Aws {
  return async <T>(operation: string, input: object = {}) => {
    const answer = await fetch(url(), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `AWSStepFunctions.${operation}`,
      },
      body: JSON.stringify(input),
    })
    const body = await answer.json()
    if (answer.ok) return body as T
    throw new Refused(String(body.__type).split('#').at(-1) ?? '', String(body.message))
  }
}

/** Waits until an execution is over, and gives its status. */
export async function ended(aws: Aws, executionArn: string): Promise<string> {
  const deadline = Date.now() + PATIENCE_MILLIS
  for (;;) {
    const status = await statusOf(aws, executionArn)
    if (status && status !== 'RUNNING') return status
    if (Date.now() > deadline)
      throw new Error(`${executionArn} is ${status ?? 'not there'} after ${PATIENCE_MILLIS} ms`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** An Express execution is there once it has ended. */
async function statusOf(aws: Aws, executionArn: string): Promise<string | undefined> {
  try {
    return (await aws<{ status: string }>('DescribeExecution', { executionArn })).status
  } catch (error) {
    if (error instanceof Refused && error.code === 'ExecutionDoesNotExist') return undefined
    throw error
  }
}
