import { setConnection } from './connection'
import { Failure, failureOf, objectIn, unreachable } from './failure'
import { scopeHeaders } from './scope'

/** Carries out an operation of AWS's API. */
export function aws<T>(operation: string, input: object, options: Options = {}): Promise<T> {
  return exchange<T>('./', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': `AWSStepFunctions.${operation}`,
      ...options.headers,
    },
    body: JSON.stringify(input),
    signal: options.signal,
  })
}

/** Asks what this server has beyond AWS's API. Parameters that are undefined or empty are left out. */
export function own<T>(path: string, parameters: Parameters = {}, options: Options = {}): Promise<T> {
  return exchange<T>(ownUrl(path, parameters), { signal: options.signal })
}

/** Sends a document to one of the server's own addresses. */
export function send<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
  options: Options = {},
): Promise<T> {
  return exchange<T>(ownUrl(path, options.parameters ?? {}), {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
    signal: options.signal,
  })
}

export interface Options {
  signal?: AbortSignal
  headers?: Record<string, string>
  parameters?: Parameters
}

type Parameters = Record<string, string | number | boolean | readonly string[] | undefined>

export function ownUrl(path: string, parameters: Parameters): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) for (const one of value) query.append(name, one)
    else if (value !== undefined && value !== '') query.append(name, String(value))
  }
  const text = query.toString()
  return `./stateline/${path}${text ? `?${text}` : ''}`
}

async function exchange<T>(url: string, init: RequestInit): Promise<T> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, {
      ...init,
      headers: { ...scopeHeaders(), ...init.headers },
      cache: 'no-store',
      redirect: 'manual',
    })
    text = await answer.text()
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw told(unreachable())
  }
  const json = answer.headers.get('content-type')?.includes('json') ?? false
  if (!answer.ok || !json) throw told(failureOf(answer.status || 302, text))
  setConnection('up')
  const body = objectIn(text)
  if (!body) throw new Failure('Malformed', 'The answer of the server cannot be read.', answer.status)
  return body as T
}

/** Remembers what a failure says about the connection. */
export function told(failure: Failure): Failure {
  if (failure.code === 'Unreachable') setConnection('down')
  else if (failure.code === 'SignedOut') setConnection('signedOut')
  else setConnection('up')
  return failure
}
