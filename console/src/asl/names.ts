import type { Program } from './program'

/** Characters a name may have, as AWS counts them. */
export const NAME_MAX = 80

export function allNames(program: Program): Set<string> {
  return new Set([...program.states.values()].map(state => state.name))
}

/** `wanted`, or with ` (2)`, ` (3)`… behind it when it is taken. Adds it to those taken. */
export function freeName(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/ \(\d+\)$/, '') || 'State'
  let name = wanted || base
  for (let count = 2; taken.has(name); count++) {
    const suffix = ` (${count})`
    name = [...base].slice(0, NAME_MAX - suffix.length).join('') + suffix
  }
  taken.add(name)
  return name
}
