import { writeText } from './convert'
import type { Edit, Program, Source } from './program'
import { defaultStyle } from './text/defaults'
import { outOfTree } from './text/out'
import { styleOf } from './text/style'

/** Lays a text of JSON out anew: one field a line, lists of texts on one line where they fit. */
export function tidy(source: Source, program: Program): Edit | undefined {
  if (source.format !== 'json') return undefined
  const { unit, eol } = styleOf(source.text, program.tree, 'json')
  const out = outOfTree(source.text, program.tree, 'json')
  const insert = writeText(out, { ...defaultStyle('json'), unit, eol })
  return insert === source.text ? undefined : { start: 0, end: source.text.length, insert }
}
