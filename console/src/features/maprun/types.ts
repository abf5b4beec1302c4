import type { Seconds } from '~/data/types'

export interface Counts {
  pending: number
  running: number
  succeeded: number
  failed: number
  timedOut: number
  aborted: number
  total: number
  resultsWritten: number
  failuresNotRedrivable?: number
  pendingRedrive?: number
}

export interface MapRun {
  mapRunArn: string
  executionArn: string
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'
  startDate: Seconds
  stopDate?: Seconds
  /** 0 is without a bound. */
  maxConcurrency: number
  toleratedFailurePercentage: number
  toleratedFailureCount: number
  itemCounts: Counts
  executionCounts: Counts
  redriveCount?: number
  redriveDate?: Seconds
}
