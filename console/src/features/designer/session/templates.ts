import type { Source } from '~/asl/program'
import { formatOf } from './format'

const BLANK = `{
  "StartAt": "Start",
  "States": {
    "Start": {
      "Type": "Pass",
      "End": true
    }
  }
}
`

export const PASTE_KEY = 'stateline.paste'

/** What a new machine begins with. An unknown name is a blank one. */
export function templateOf(name: string): { title: string; source: Source } {
  if (name === 'paste') {
    const text = pasted()
    if (text !== undefined) return { title: '', source: { text, format: formatOf(text) } }
  }
  return { title: '', source: { text: BLANK, format: 'json' } }
}

function pasted(): string | undefined {
  try {
    return sessionStorage.getItem(PASTE_KEY) ?? undefined
  } catch {
    return undefined
  }
}
