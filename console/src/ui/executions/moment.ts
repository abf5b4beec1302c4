/** What somebody typed as ISO 8601 in UTC. */
export function momentFrom(text: string, utc: boolean): string | undefined {
  const parts = /^\s*(\d{4}-\d\d-\d\d)(?:[ T]+(\d\d?:\d\d)(:\d\d)?)?\s*$/.exec(text)
  if (!parts) return undefined
  const time = (parts[2] ?? '00:00').padStart(5, '0')
  const at = new Date(`${parts[1]}T${time}${parts[3] ?? ':00'}${utc ? 'Z' : ''}`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace('.000', '')
}
