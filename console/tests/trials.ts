import fc from 'fast-check'
import { expect } from 'vitest'
import { applyEdits, invertEdits } from '~/asl/apply'
import type { Edge } from '~/asl/edges'
import type { Command, Done } from '~/asl/edits/command'
import type { Program, Source, StateNode } from '~/asl/program'
import { segments } from '~/asl/tree'
import { read } from './definitions'
import * as model from './model'

export type Data = model.Data

/** Chooses by numbers that the test draws. */
class Dice {
  constructor(private readonly numbers: number[]) {}
  number(bound: number): number {
    return bound === 0 ? 0 : (this.numbers.shift() ?? 0) % bound
  }
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.number(items.length)]
  }
}

/** A command on a fixture, and what the definition must say afterwards. */
export interface Trial {
  command: Command
  expect: (machine: Data) => void
  /** Names of states that may change; those around them may too. */
  touched: string[]
  /** Characters that may go from the text at most. */
  cutMax: number
  /** Reasons for which it may be refused. Where YAML shares text by anchors, any command may. */
  refusals?: RegExp
}

export type Kind = (source: Source, program: Program, dice: Dice) => Trial | undefined

export const PASS = { Type: 'Pass', Comment: 'new: it’s "quoted"' }

/** The object and the key that an edge is in plain data. */
export function holderOf(
  machine: Data,
  program: Program,
  edge: Edge,
): { holder: Data; key: string; states: Record<string, Data> } {
  if (edge.kind === 'start') {
    const scope = segments(edge.scope).reduce((value, part) => value[part] as Data, machine)
    return { holder: scope, key: 'StartAt', states: scope.States as Record<string, Data> }
  }
  const { state, states } = model.find(machine, program.states.get(edge.from)?.name ?? '')
  if (edge.kind === 'next' || edge.kind === 'default') {
    return { holder: state, key: edge.kind === 'next' ? 'Next' : 'Default', states }
  }
  const list = state[edge.kind === 'choice' ? 'Choices' : 'Catch'] as Data[]
  return { holder: list[edge.index] ?? {}, key: 'Next', states }
}

/** The state in whose text an edge stands: of a start that is the Parallel or Map around. */
export const fromOf = (program: Program, edge: Edge) => {
  const around = [...program.states.values()].find(
    state => edge.kind === 'start' && state.children.some(({ id }) => id === edge.scope),
  )
  return [edge.kind === 'start' ? (around?.name ?? '') : (program.states.get(edge.from)?.name ?? '')]
}
export function namesIn(state: StateNode): string[] {
  return state.children.flatMap(scope => scope.states.flatMap(inner => [inner.name, ...namesIn(inner)]))
}

/** All that must hold of a command, whatever it does. */
function judge(source: Source, program: Program, trial: Trial) {
  if ('refused' in trial.command) {
    if (trial.refusals?.test(trial.command.refused)) return
    expect(source.format, trial.command.refused).toBe('yaml')
    expect(trial.command.refused).toMatch(/anchor/)
    return
  }
  const { edits } = trial.command
  const text = applyEdits(source.text, edits)
  const context = `${JSON.stringify(edits)}\n${text}`
  expect(applyEdits(text, invertEdits(source.text, edits)), 'undo').toBe(source.text)
  const after = read({ ...source, text })
  const wanted = structuredClone(program.tree.value) as Data
  trial.expect(wanted)
  expect(after.tree.value, context).toEqual(wanted)
  judgeEdits(trial.command, source.text, trial.cutMax)
  judgeStates(source.text, text, program, after, trial.touched)
  const comments = (whole: string) => whole.split(/\r?\n/).filter(line => /(^|\s)#/.test(line)).length
  if (trial.cutMax < 90) expect(comments(text), context).toBeGreaterThanOrEqual(comments(source.text))
  expect(/[^\r]\n/.test(text), `line ends\n${context}`).toBe(/[^\r]\n/.test(source.text))
  expect(text.endsWith('\n')).toBe(source.text.endsWith('\n'))
  expect(/[ \t]$/m.test(text) && !/[ \t]$/m.test(source.text), `trailing blanks\n${context}`).toBe(false)
}

function judgeEdits({ edits }: Done, text: string, cutMax: number) {
  let cut = 0
  let last = 0
  for (const { start, end, insert } of edits) {
    expect(start).toBeGreaterThanOrEqual(last)
    expect(insert === text.slice(start, end)).toBe(false)
    cut += end - start
    last = end
  }
  expect(cut).toBeLessThanOrEqual(cutMax)
}

/** States that the command is not about stand in the text as they stood, to the byte. */
function judgeStates(before: string, after: string, old: Program, now: Program, touched: string[]) {
  const changed = new Set(touched)
  for (const state of old.states.values()) {
    if (changed.has(state.name) || namesIn(state).some(name => changed.has(name))) continue
    const same = [...now.states.values()].find(({ name }) => name === state.name)
    const grew = same && namesIn(same).length !== namesIn(state).length
    if (grew) continue
    expect(same, state.name).toBeDefined()
    expect(same && after.slice(same.range.start, same.range.end)).toBe(
      before.slice(state.range.start, state.range.end),
    )
  }
}

/** Tries a kind of command at random places of a definition; always the same ones. */
export function tryAt(source: Source, kind: Kind) {
  const program = read(source)
  const rolls = fc.array(fc.nat(10_000), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(rolls, numbers => {
      const trial = kind(source, program, new Dice([...numbers]))
      if (trial) judge(source, program, trial)
    }),
    { numRuns: Number(process.env.RUNS ?? 10), seed: Number(process.env.SEED ?? 20) },
  )
}
