import { machineTemplates, newMachine } from '~/asl/machines'
import type { Source } from '~/asl/program'
import { formatOf } from './format'

/** Where other screens leave a text for `template=paste`. */
const PASTE_KEY = 'stateline.paste'

/** What a new machine begins with. An unknown name is a blank one. */
export function templateOf(name: string): { title: string; source: Source } {
  if (name === 'paste') {
    const text = pasted()
    if (text !== undefined) return { title: '', source: { text, format: formatOf(text) } }
  }
  const template = machineTemplates.find(({ id }) => id === name) ?? machineTemplates[0]
  const text = template ? newMachine(template, 'JSONata', 'json') : ''
  return { title: '', source: { text, format: 'json' } }
}

function pasted(): string | undefined {
  try {
    return sessionStorage.getItem(PASTE_KEY) ?? undefined
  } catch {
    return undefined
  }
}
