import type { Program } from '~/asl/program'
import { entryOf, nodeAt, split } from '~/asl/tree'
import type { Problem } from '../../problems/problems'

/** The JSON pointer that the server's `/States/S/Retry[0]/ErrorEquals` stands for. */
export function pointerOf(location: string): string {
  return location.replace(/\[(\d+)\]/g, '/$1')
}

/** What is said of the field at a pointer, or of something in it. Where a name looks like an index, the place in
 * the text decides. */
export function problemsAt(program: Program, problems: readonly Problem[], at: string): string | undefined {
  const range = rangeOf(program, at)
  const found = problems.filter(problem => {
    if (problem.location === at || pointerOf(problem.location) === at) return true
    return range !== undefined && problem.start >= range.start && problem.end <= range.end
  })
  return said(found)
}

/** What is said of exactly what stands at a pointer. */
export function problemsOn(problems: readonly Problem[], at: string): string | undefined {
  return said(problems.filter(({ location }) => location === at || pointerOf(location) === at))
}

function said(found: readonly Problem[]): string | undefined {
  if (found.length === 0) return undefined
  return found.map(({ message, help }) => (help ? `${message} (${help})` : message)).join('\n')
}

function rangeOf(program: Program, at: string) {
  const { parent, key } = split(at)
  const holder = nodeAt(program.tree, parent)
  const entry = entryOf(holder, key)
  if (entry) return { start: entry.start, end: entry.value.end }
  const item = nodeAt(program.tree, at)
  return item && { start: item.start, end: item.end }
}
