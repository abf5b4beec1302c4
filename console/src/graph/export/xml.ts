/** Whether XML 1.0 knows a character; half of a surrogate pair is none. */
function legal(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
}

/** Text for an attribute or an element. Characters that XML does not know are left out. */
export function escapeXml(text: string): string {
  return [...text]
    .filter(legal)
    .join('')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}

type Value = string | number | undefined

/** One element. Attributes are escaped, `content` is markup already. */
export function tag(name: string, attributes: Record<string, Value>, content?: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === 'number' ? Math.round(value * 10) / 10 : escapeXml(value ?? '')}"`,
    )
    .join('')
  return content === undefined ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

/** Cuts a text to a width in pixels. There is nothing to measure with, so a wide letter counts as
 * 0.6 and a narrow one as 0.3 of the font's size. */
export function clip(text: string, width: number, size: number): string {
  let used = 0
  for (const [i, letter] of [...text].entries()) {
    used += (/[iljtfrI.,:;'|! ]/.test(letter) ? 0.32 : /[mwMWÀ-￿]/.test(letter) ? 0.85 : 0.58) * size
    if (used > width)
      return `${[...text]
        .slice(0, Math.max(i - 1, 1))
        .join('')
        .trimEnd()}…`
  }
  return text
}
