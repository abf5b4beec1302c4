import { readdirSync, readFileSync } from 'node:fs'
import { vi } from 'vitest'
import type { Program, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'

// Many trials on every definition; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

/** A definition that looks like those that people write. */
export interface Fixture {
  file: string
  source: Source
}

const folder = new URL('./definitions/', import.meta.url)

export const fixtures: Fixture[] = readdirSync(folder)
  .sort()
  .map(file => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    return { file, source: { text, format: file.endsWith('.yaml') ? 'yaml' : 'json' } }
  })

export function read(source: Source): Program {
  const { program, broken } = readProgram(source)
  if (!program) throw new Error(`${broken?.message} at ${broken?.offset} of\n${source.text}`)
  return program
}
