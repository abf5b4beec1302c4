import { mermaid } from '~/asl/mermaid'
import type { Program, Source } from '~/asl/program'
import { layout, toPng, toSvg } from '~/graph'
import { converted } from '../session/convert'

export type ExportKind = 'json' | 'yaml' | 'svg' | 'png' | 'mermaid'

/** The definition, or its picture, as a file. */
export async function exported(
  kind: ExportKind,
  source: Source,
  program: Program | undefined,
  dark: boolean,
): Promise<Blob> {
  if (kind === 'json') return new Blob([await converted(source, 'json')], { type: 'application/json' })
  if (kind === 'yaml') return new Blob([await converted(source, 'yaml')], { type: 'application/yaml' })
  if (!program) throw new Error('There is nothing to draw: the text cannot be read.')
  if (kind === 'mermaid') return new Blob([mermaid(program)], { type: 'text/plain' })
  const svg = toSvg(program, layout(program, { collapsed: new Set() }), undefined, dark ? 'dark' : 'light')
  return kind === 'png' ? toPng(svg) : new Blob([svg], { type: 'image/svg+xml' })
}

/** What the name of such a file ends with. */
export const FILE_ENDS: Record<ExportKind, string> = {
  json: 'asl.json',
  yaml: 'asl.yaml',
  svg: 'svg',
  png: 'png',
  mermaid: 'mmd',
}
