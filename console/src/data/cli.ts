/** A call as a line for a shell, with the AWS CLI and this server as its endpoint. */
export function cliLine(
  command: string,
  options: Record<string, string | undefined>,
  page = location.href,
): string {
  const endpoint = page.replace(/[?#].*/, '').replace(/\/(index\.html)?$/, '')
  const words = Object.entries(options)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` --${name} ${quoted(value)}`)
  return `aws stepfunctions ${command}${words.join('')} --endpoint-url ${quoted(endpoint)}`
}

/** A word as a POSIX shell takes it back. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
