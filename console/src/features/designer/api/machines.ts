import { aws } from '~/data/client'
import type { Machine, MachineType, Seconds } from '~/data/types'

export function describeMachine(stateMachineArn: string): Promise<Machine> {
  return aws<Machine>('DescribeStateMachine', { stateMachineArn })
}

export interface NewMachine {
  name: string
  definition: string
  roleArn: string
  type: MachineType
}

export function createMachine(
  machine: NewMachine,
): Promise<{ stateMachineArn: string; creationDate: Seconds }> {
  return aws('CreateStateMachine', machine)
}

/** Updates a machine; with a revision only if it has that one still ('' is the first). */
export function updateMachine(
  stateMachineArn: string,
  definition: string,
  revision: string | undefined,
): Promise<{ updateDate: Seconds; revisionId?: string }> {
  const headers: Record<string, string> =
    revision === undefined ? {} : { 'x-stateline-if-revision': revision }
  return aws('UpdateStateMachine', { stateMachineArn, definition }, { headers })
}

/** Publishes the revision as a version; refused when it is no longer the newest. A first one has no name: then
 * whatever the machine is now. */
export function publishVersion(
  stateMachineArn: string,
  revisionId: string | undefined,
  description: string,
): Promise<{ stateMachineVersionArn: string }> {
  return aws('PublishStateMachineVersion', {
    stateMachineArn,
    revisionId: revisionId || undefined,
    description: description || undefined,
  })
}

export interface VersionRow {
  stateMachineVersionArn: string
  creationDate: Seconds
}

export async function listVersions(stateMachineArn: string): Promise<VersionRow[]> {
  const answer = await aws<{ stateMachineVersions: VersionRow[] }>('ListStateMachineVersions', {
    stateMachineArn,
    maxResults: 100,
  })
  return answer.stateMachineVersions
}
