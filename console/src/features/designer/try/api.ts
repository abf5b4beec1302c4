import type { Source, StateId } from '~/asl/program'
import { aws, send } from '~/data/client'
import type { MachineType } from '~/data/types'

interface Trouble {
  error?: string
  cause?: string
}

/** What one field makes of the data before it. */
export interface PreviewStep {
  name: string
  /** JSON pointer of the field. */
  field: string
  /** JSON text. */
  value?: string
  error?: Trouble
}

export interface Preview {
  steps: PreviewStep[]
  next?: string
  output?: string
  error?: Trouble
}

export interface PreviewQuestion {
  source: Source
  machineType: MachineType
  state: StateId
  input: string
  result?: string
  error?: Trouble
  variables?: string
}

/** What a state would make of an input. Nothing is called. */
export function preview(question: PreviewQuestion, signal?: AbortSignal): Promise<Preview> {
  const { source, machineType, ...rest } = question
  return send<Preview>(
    'POST',
    'language/preview',
    { definition: source.text, format: source.format, type: machineType, ...rest },
    { signal },
  )
}

export type ValidationMode = 'STRICT' | 'PRESENT' | 'NONE'

export interface TestRequest {
  definition: string
  stateName: string
  input: string
  inspectionLevel: 'INFO' | 'DEBUG' | 'TRACE'
  roleArn?: string
  revealSecrets?: boolean
  variables?: string
  context?: string
  mock?: {
    result?: string
    errorOutput?: Trouble
    fieldValidationMode?: ValidationMode
  }
  stateConfiguration?: { retrierRetryCount?: number }
}

interface HttpRequest {
  protocol?: string
  method?: string
  url?: string
  headers?: string
  body?: string
}

interface HttpResponse {
  protocol?: string
  statusCode?: string
  statusMessage?: string
  headers?: string
  body?: string
}

export interface Inspection {
  request?: HttpRequest
  response?: HttpResponse
  errorDetails?: { retryIndex?: number; retryBackoffIntervalSeconds?: number; catchIndex?: number }
  /** Every other member is JSON text, or a number. */
  [member: string]: unknown
}

export interface TestAnswer {
  status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR'
  output?: string
  error?: string
  cause?: string
  nextState?: string
  inspectionData?: Inspection
}

/** Runs one state, up to five minutes; without a mock it calls what the state calls. */
export function testState(request: TestRequest, signal?: AbortSignal): Promise<TestAnswer> {
  return aws<TestAnswer>('TestState', request, { signal })
}
