/** What can be read from ARNs without asking anybody. */

/** The name at its end: of a machine, an execution, an activity. */
export function nameOf(arn: string): string {
  const parts = arn.split(':')
  return parts[5] === 'express' ? (parts[7] ?? arn) : (parts.at(-1) ?? arn)
}

/** The name of the machine that an ARN of a machine, a version, an execution or a Map Run has in it. */
export function machineNameOf(arn: string): string {
  return (arn.split(':')[6] ?? arn).replace(/\/.*/, '')
}

/** The machine itself, without version, alias or Map label. */
export function machineArnOf(arn: string): string {
  const parts = arn.split(':')
  if (parts.length < 7) return arn
  return [...parts.slice(0, 5), 'stateMachine', machineNameOf(arn)].join(':')
}

/** The version or alias behind a machine's ARN, if there is one. */
export function qualifierOf(arn: string): string | undefined {
  const parts = arn.split(':')
  return parts[5] === 'stateMachine' ? parts[7] : undefined
}
