/** Where the line of `at` begins. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** Where the line of `at` ends, in front of its line break. */
export function lineEnd(text: string, at: number): number {
  const next = text.indexOf('\n', at)
  if (next < 0) return text.length
  return next > at && text[next - 1] === '\r' ? next - 1 : next
}

/** Behind the line break of the line of `at`. */
export function nextLine(text: string, at: number): number {
  const next = text.indexOf('\n', at)
  return next < 0 ? text.length : next + 1
}

/** The blanks that the line of `at` begins with. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at)
  let end = start
  while (text[end] === ' ' || text[end] === '\t') end++
  return text.slice(start, end)
}

/** Whether only blanks stand between the beginning of the line and `at`. */
export function firstOnLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === ''
}

/** Moves all lines but the first from one indentation to another. */
export function reindent(text: string, from: string, to: string): string {
  if (from === to) return text
  return text.replace(/\n([ \t]*)(?=[^ \t\r\n])/g, (_, blanks: string) => {
    if (blanks.startsWith(from)) return `\n${to}${blanks.slice(from.length)}`
    return `\n${blanks.length < from.length ? to : blanks}`
  })
}
