import type { QueryLanguage } from '~/asl/fields'
import { machineTemplates, newMachine } from '~/asl/machines'
import type { Source } from '~/asl/program'
import { formatOf } from './format'

/** Where other screens leave a text for `template=paste`. */
const PASTE_KEY = 'stateline.paste'

/** What a new machine is written in. JSONata is what AWS recommends. */
export function languageOfNew(wanted: string | undefined): QueryLanguage {
  return wanted === 'JSONPath' ? 'JSONPath' : 'JSONata'
}

/** What a new machine begins with. An unknown name is a blank one. */
export function templateOf(name: string, language: QueryLanguage): { title: string; source: Source } {
  if (name === 'paste') {
    const text = pasted()
    if (text !== undefined) return { title: '', source: { text, format: formatOf(text) } }
  }
  const template = machineTemplates.find(({ id }) => id === name) ?? machineTemplates[0]
  const text = template ? newMachine(template, language, 'json') : ''
  return { title: '', source: { text, format: 'json' } }
}

function pasted(): string | undefined {
  try {
    return sessionStorage.getItem(PASTE_KEY) ?? undefined
  } catch {
    return undefined
  }
}
