/** Why a request has no answer that can be used. */
export class Failure extends Error {
  /** AWS's word for it, such as `StateMachineDoesNotExist`; `Unreachable` or `SignedOut` are ours. */
  readonly code: string
  readonly status: number
  /** What else the answer said. */
  readonly details: Record<string, unknown>

  constructor(code: string, message: string, status = 0, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.status = status
    this.details = details
  }

  /** Whether asking again later can help. */
  get passing(): boolean {
    return (
      this.code === 'Unreachable' || this.status === 429 || this.status >= 500 || /Throttl/.test(this.code)
    )
  }
}

const SIGNED_OUT =
  /^(ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidSignatureException|MissingAuthenticationToken(Exception)?)$/

/** The JSON object that a text is; undefined for any other text. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Makes a failure of an answer that is not 2xx, or not JSON: a proxy's login page, for example. */
export function failureOf(status: number, text: string): Failure {
  // What is no object is not ours: something between here and the server has answered.
  const body = objectIn(text) ?? {}
  const type = typeof body.__type === 'string' ? body.__type : ''
  const code = type.slice(type.lastIndexOf('#') + 1)
  const message = typeof body.message === 'string' ? body.message : ''
  if (status === 401 || SIGNED_OUT.test(code)) {
    return new Failure('SignedOut', message || 'Your session has ended.', status, body)
  }
  if (code) return new Failure(code, message || code, status, body)
  if (status < 300 || status === 302) {
    return new Failure(
      'SignedOut',
      'Something other than the server has answered: your session may have ended.',
      status,
    )
  }
  if (status === 502 || status === 503 || status === 504) return unreachable(message)
  return new Failure('Refused', message || `The server answered ${status}.`, status, body)
}

export function unreachable(detail = ''): Failure {
  return new Failure('Unreachable', detail || 'The server cannot be reached.')
}
