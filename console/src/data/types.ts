/** Shapes of AWS's API, as far as the console reads them, and of the server's own answers. */

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE'
export type MachineType = 'STANDARD' | 'EXPRESS'

/** Seconds since 1970, with milliseconds behind the point. */
export type Seconds = number

export interface ExecutionRow {
  executionArn: string
  stateMachineArn: string
  name: string
  status: ExecutionStatus
  startDate: Seconds
  stopDate?: Seconds
  redriveCount?: number
  error?: string
  cause?: string
  mapRunArn?: string
  itemCount?: number
}

export interface RecentRun {
  executionArn: string
  name: string
  status: ExecutionStatus
  startDate: Seconds
  stopDate?: Seconds
}

export interface MachineRow {
  stateMachineArn: string
  name: string
  type: MachineType
  creationDate: Seconds
  running: number
  recent: RecentRun[]
  finished: number
  failed: number
  p50Seconds?: number
  p95Seconds?: number
}

export interface Machine {
  stateMachineArn: string
  name: string
  status: string
  definition: string
  roleArn: string
  type: MachineType
  creationDate: Seconds
  revisionId?: string
  description?: string
  label?: string
  loggingConfiguration?: unknown
  tracingConfiguration?: { enabled: boolean }
  encryptionConfiguration?: unknown
}

export interface Execution extends ExecutionRow {
  input?: string
  output?: string
  stateMachineVersionArn?: string
  stateMachineAliasArn?: string
  redriveDate?: Seconds
  redriveStatus?: string
  redriveStatusReason?: string
}

/** One event of a history; the details stand under a name that follows from the type. */
export interface HistoryEvent {
  id: number
  previousEventId?: number
  timestamp: Seconds
  type: string
  [details: string]: unknown
}

export interface OpenTask {
  executionArn: string
  executionName?: string
  stateMachineArn: string
  stateName: string
  resource: string
  waitsFor: 'TOKEN' | 'WORKER' | 'RESULT'
  since: Seconds
  deadline?: Seconds
  heartbeatDeadline?: Seconds
  workerName?: string
  taskToken?: string
  parameters?: string
  scheduledEventId?: number
}

export interface Diagnostic {
  severity: string
  code: string
  message: string
  help?: string
  location: string
  start: number
  end: number
}
