import type { HistoryEvent } from '~/data/types'

/** An event's details, all types together: what is not there is undefined. */
export interface Details {
  name?: string
  state?: string
  index?: number
  length?: number
  input?: string
  output?: string
  assignedVariables?: Record<string, string>
  error?: string
  cause?: string
  location?: string
  resource?: string
  resourceType?: string
  parameters?: string
  timeoutInSeconds?: number
  heartbeatInSeconds?: number
  workerName?: string
  mapRunArn?: string
  redriveCount?: number
  roleArn?: string
  stateMachineVersionArn?: string
  stateMachineAliasArn?: string
}

const NONE: Details = {}
const members = new Map<string, string>()

/** Under which name a type keeps its details. */
export function memberOf(type: string): string {
  const known = members.get(type)
  if (known) return known
  const member = type.endsWith('StateEntered')
    ? 'stateEnteredEventDetails'
    : type.endsWith('StateExited')
      ? 'stateExitedEventDetails'
      : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
  members.set(type, member)
  return member
}

export function detailsOf(event: HistoryEvent): Details {
  const found = event[memberOf(event.type)]
  return typeof found === 'object' && found !== null ? (found as Details) : NONE
}
