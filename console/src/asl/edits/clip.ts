import { linksFrom, linksOf } from '../edges'
import { allNames, freeName } from '../names'
import type { Format, Program, Scope, Source, StateId } from '../program'
import { readProgram } from '../read'
import { Draft, Refusal } from '../text/draft'
import { reindent } from '../text/lines'
import type { Content, Slice } from '../text/slice'
import { join, split } from '../tree'
import { leadTo, linksTo, placeState, retarget } from './flow'
import { EXIT } from './fragment'

/** States as a text of their own: an object with their names and what they are. */
export type Clip = Source

const STATES = '/States'

/** The states with these ids as one text, with the comments of YAML. */
export function clipOf(draft: Draft, ids: StateId[], format: Format): Clip {
  const slices = ids.map((id): [string, Slice] => {
    const slice = draft.slice(id)
    if (!slice) throw new Refusal(`There is no state at ${id}.`)
    return [split(id).key, slice]
  })
  const { unit, eol } = draft.style
  const yaml = format === 'yaml'
  const shell: Source = { format, text: yaml ? `States: {}${eol}` : `{${eol}${unit}"States": {}${eol}}` }
  const clip = open(shell)
  for (const [name, slice] of slices) {
    const content = slice.anchored ? { out: slice.out } : { slice }
    clip.insert(STATES, name, content, undefined, 'long')
  }
  return { format, text: clip.text }
}

/** A draft of a text; refuses one that cannot be read. */
export function open(source: Source): Draft {
  const { program, broken } = readProgram(source)
  if (!program) throw new Refusal(`This is no text of states: ${broken?.message ?? 'it cannot be read'}.`)
  return new Draft(source, program)
}

/** Gives all states of a clip names that are free, and lets what leads out of it lead to `EXIT`. */
export function settleClip(clip: Draft, taken: Set<string>, known: (name: string) => boolean) {
  for (const scope of [...clip.program.scopes.keys()].reverse()) {
    const found = clip.program.scopes.get(scope)
    for (const name of found?.states.map(state => state.name) ?? []) {
      const free = freeName(name, taken)
      if (free !== name) renameIn(clip, scope, name, free)
    }
  }
  for (const link of linksOf(clip.program.top)) {
    const inside = clip.program.states.has(join('', 'States', link.to))
    if (inside || (link.edge.kind !== 'next' && known(link.to))) continue
    retarget(clip, [link], EXIT)
  }
}

function renameIn(clip: Draft, id: string, name: string, free: string) {
  const scope = clip.program.scopes.get(id)
  if (!scope) return
  retarget(clip, linksTo(scope, name), free)
  clip.renameKey(join(id, 'States', name), free)
}

/** The state where a clip begins: the one that no other of it leads to. */
export function entryOf(scope: Scope): string | undefined {
  if (scope.startAt !== undefined) return scope.startAt
  const inner = new Set(
    scope.states
      .flatMap(state => linksFrom(state).filter(({ to }) => to !== state.name))
      .map(link => link.to),
  )
  return (scope.states.find(state => !inner.has(state.name)) ?? scope.states[0])?.name
}

/** Writes the states of a clip into a scope. Exits lead to `target`, or end. */
export function placeClip(
  draft: Draft,
  clip: Draft,
  scope: string,
  target: string | undefined,
  near: { after?: string; before?: string },
): StateId[] {
  leaveExits(clip, target, allNames(draft.program))
  let place = near
  return clip.program.top.states.map(({ name, id }) => {
    const slice = clip.slice(id)
    if (!slice) throw new Refusal(`There is no state ${name}.`)
    const content: Content = clip.style.format === draft.style.format ? { slice } : { out: slice.out }
    const placed = placeState(draft, scope, name, content, place)
    place = { after: name }
    return placed
  })
}

function leaveExits(clip: Draft, target: string | undefined, taken: Set<string>) {
  const exits = () => linksTo(clip.program.top, EXIT)
  if (target !== undefined) return retarget(clip, exits(), target)
  for (const { edge } of exits()) if (edge.kind === 'next') leadTo(clip, edge.from, undefined)
  if (exits().length === 0) return
  for (const name of allNames(clip.program)) taken.add(name)
  const done = freeName('Done', taken)
  retarget(clip, exits(), done)
  clip.set(join('', 'States', done), { Type: 'Succeed' })
}

/** What somebody pastes: states by name, one state, or a whole machine; as JSON or as YAML. */
export function clipFromText(text: string): Draft {
  for (const format of ['json', 'yaml'] as const) {
    const { program } = readProgram({ text, format })
    if (!program) continue
    const value = program.tree.value as Record<string, unknown>
    if (typeof value.States === 'object' && value.States !== null) return checked(open({ text, format }))
    if (typeof value.Type === 'string') return checked(open(wrapped(text, format, program, value.Type)))
    return checked(open(wrapped(text, format, program)))
  }
  throw new Refusal('This is no text of states: neither JSON nor YAML.')
}

function checked(clip: Draft): Draft {
  const { states } = clip.program.top
  const wrong = states.find(state => typeof state.value.Type !== 'string')
  if (wrong) throw new Refusal(`${wrong.name} has no Type: this is no text of states.`)
  if (states.length === 0) throw new Refusal('There are no states in this text.')
  return clip
}

/** Puts `States` around a text, and a name where there is none. */
function wrapped(text: string, format: Format, program: Program, name?: string): Source {
  const { start, end, block } = program.tree
  const keys = name === undefined ? ['States'] : ['States', name]
  if (!block) {
    const inner = text.slice(start, end)
    const flow = keys.map(key => `{${JSON.stringify(key)}: `).join('')
    return { format, text: flow + inner + '}'.repeat(keys.length) }
  }
  const column = '  '.repeat(keys.length)
  const heads = keys.map((key, depth) => `${'  '.repeat(depth)}${key}:`).join('\n')
  return { format, text: `${heads}${reindent(`\n${text.replace(/^---.*\n/, '')}`, '', column)}` }
}
