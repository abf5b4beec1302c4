import { convert } from '~/asl/convert'
import type { Format, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'

/** The same definition in another format. Fails in words when the text cannot be read. */
export async function converted(source: Source, format: Format): Promise<string> {
  if (source.format === format) return source.text
  const { program, broken } = readProgram(source)
  if (!program) throw new Error(`The text cannot be read: ${broken?.message ?? 'it is empty'}.`)
  return convert(source, program).edit.insert
}

/** What is sent as the definition: the text itself when it is JSON, as it is typed. */
export const toJson = (source: Source): Promise<string> => converted(source, 'json')
