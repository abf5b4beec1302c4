/** A call as a line for a shell, with the AWS CLI and this server as its endpoint. */
export function cliLine(
  command: string,
  options: Record<string, string | undefined>,
  page = location.href,
): string {
  const words = Object.entries(options)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` --${name} ${quoted(value)}`)
  return `aws stepfunctions ${command}${words.join('')} --endpoint-url ${quoted(endpointOf(page))}`
}

/** Where the server is that this page came from. */
export function endpointOf(page = location.href): string {
  return page.replace(/[?#].*/, '').replace(/\/(index\.html)?$/, '')
}

/** A word as a POSIX shell takes it back. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
