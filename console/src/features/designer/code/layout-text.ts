import { convert } from '~/asl/convert'
import { tidy } from '~/asl/format'
import type { DesignDocument } from '../document/document'

/** Lays the text out anew, as one step. Says why not. */
export async function format(document: DesignDocument): Promise<string | undefined> {
  const { source } = document
  if (source.format === 'json') {
    return document.run((now, program) => {
      const edit = tidy(now, program)
      return { label: 'The text was formatted', edits: edit ? [edit] : [] }
    })
  }
  const { parseDocument } = await import('yaml')
  const parsed = parseDocument(source.text)
  const [error] = parsed.errors
  if (error) return `The text cannot be read: ${error.message}`
  document.replace({ text: parsed.toString({ lineWidth: 0 }), format: 'yaml' }, 'The text was formatted')
  return undefined
}

/** Comments that would be lost by writing the text in the other format. */
export function lostByConverting(document: DesignDocument): string[] {
  const { program, current } = document.read()
  return program && current ? convert(document.source, program).lost : []
}

/** Writes the text in the other format, as one step. Says why not. */
export function convertText(document: DesignDocument): string | undefined {
  return document.run((source, program) => {
    const { edit, format: next } = convert(source, program)
    return { label: `The text is ${next === 'yaml' ? 'YAML' : 'JSON'} now`, edits: [edit], format: next }
  })
}
