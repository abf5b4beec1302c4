/** Texts whole, signs one by one, and numbers and words as they are written. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** A text that may be JSON, laid out for reading when it is. Only spaces change: a number that is too
 * long for the browser keeps its digits, and keys keep their order. */
export function pretty(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    return text
  }
  const tokens = text.match(TOKENS) ?? []
  const pieces: string[] = []
  let depth = 0
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [at, token] of tokens.entries()) {
    if (token === '{' || token === '[') {
      const isEmpty = tokens[at + 1] === '}' || tokens[at + 1] === ']'
      if (!isEmpty) depth += 1
      pieces.push(token, isEmpty ? '' : line())
    } else if (token === '}' || token === ']') {
      const isEmpty = tokens[at - 1] === '{' || tokens[at - 1] === '['
      if (!isEmpty) depth -= 1
      pieces.push(isEmpty ? '' : line(), token)
    } else if (token === ',') pieces.push(token, line())
    else pieces.push(token === ':' ? ': ' : token)
  }
  return pieces.join('')
}
