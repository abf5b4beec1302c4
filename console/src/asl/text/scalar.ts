import type { Style } from './style'

/** Characters that YAML does not take as they are. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u
const UNPRINTABLES = new RegExp(UNPRINTABLE, 'gu')

/** Words that mean something else to a reader of YAML 1.1. */
const WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i

/** A text as YAML on one line: plain where that is safe, else in quotes. */
export function yamlString(text: string, style: Style, flow: boolean, quote?: string): string {
  if (quote === undefined && !style.quoteAll && isPlain(text, flow)) return text
  return quoted(text, quote ?? style.quote)
}

/** A key of YAML. Quotes are rare on keys, also where texts have them. */
export function yamlKey(text: string, style: Style, flow: boolean, quote?: string): string {
  if (quote === undefined && isPlain(text, flow) && text.length < 200) return text
  return quoted(text, quote ?? style.quote)
}

function quoted(text: string, quote: string): string {
  const single = quote === "'" ? !/['\n\r\t]/.test(text) : /["\\]/.test(text) && !/['\n\r\t]/.test(text)
  if (single && !UNPRINTABLE.test(text)) return `'${text}'`
  const escaped = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(UNPRINTABLES, escaped)
}

function isPlain(text: string, flow: boolean): boolean {
  if (!/^[\p{L}_$/(]/u.test(text) || /[\n\r\t]|\s$|: | #|:$/.test(text) || WORDS.test(text)) return false
  return !UNPRINTABLE.test(text) && !(flow && /[,[\]{}]|:(?=[,[\]{}])/.test(text))
}

/** A text as YAML's literal block, `|` and lines; undefined where that would not say the same. */
export function yamlLiteral(text: string, indent: string, eol: string): string | undefined {
  if (!text.includes('\n') || /^[ \t\n]|[ ]\n|[ \n]\n$|[ ]$/.test(text)) return undefined
  if (UNPRINTABLE.test(text.replaceAll('\n', ''))) return undefined
  const ends = text.endsWith('\n')
  const lines = (ends ? text.slice(0, -1) : text).split('\n')
  const head = ends ? '|' : '|-'
  return [head, ...lines.map(line => (line === '' ? '' : indent + line))].join(eol)
}
