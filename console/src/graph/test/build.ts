import type { Catcher, ChoiceRule, Program, Scope, StateNode } from '~/asl/program'

type Json = Record<string, unknown>

const RANGE = { start: 0, end: 0 }
const pointer = (name: string) => name.replace(/~/g, '~0').replace(/\//g, '~1')
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
const list = (value: unknown) => (Array.isArray(value) ? (value as Json[]) : [])

/** A program from plain data, without text behind it. */
export function build(definition: Json): Program {
  const program: Program = {
    top: undefined as unknown as Scope,
    tree: undefined as unknown as Program['tree'],
    states: new Map(),
    scopes: new Map(),
  }
  program.top = scopeOf(program, definition, '')
  return program
}

function scopeOf(program: Program, value: Json, id: string): Scope {
  const scope: Scope = { id, startAt: text(value.StartAt), states: [], range: RANGE }
  program.scopes.set(id, scope)
  for (const [name, state] of Object.entries((value.States ?? {}) as Record<string, Json>)) {
    const node = stateOf(program, name, state, id)
    scope.states.push(node)
    program.states.set(node.id, node)
  }
  return scope
}

function stateOf(program: Program, name: string, value: Json, scope: string): StateNode {
  const id = `${scope}/States/${pointer(name)}`
  const choice = (rule: Json, index: number): ChoiceRule => {
    return { index, next: text(rule.Next), label: text(rule.Condition) ?? `rule ${index}`, range: RANGE }
  }
  const catcher = (c: Json, index: number): Catcher => {
    return { index, errors: (c.ErrorEquals ?? []) as string[], next: text(c.Next), range: RANGE }
  }
  const children = list(value.Branches).map((branch, i) => scopeOf(program, branch, `${id}/Branches/${i}`))
  if (value.ItemProcessor) children.push(scopeOf(program, value.ItemProcessor as Json, `${id}/ItemProcessor`))
  return {
    id,
    name,
    type: text(value.Type) ?? '',
    range: RANGE,
    nameRange: RANGE,
    value,
    next: text(value.Next),
    end: value.End === true,
    fallback: text(value.Default),
    choices: list(value.Choices).map(choice),
    catchers: list(value.Catch).map(catcher),
    retriers: list(value.Retry).length,
    resource: text(value.Resource),
    children,
    scope,
  }
}

/** `a`, `b` … in a row, as Pass states. */
export function chain(...names: string[]): Json {
  const states = names.map((name, i) => {
    const next = names[i + 1]
    return [name, { Type: 'Pass', ...(next ? { Next: next } : { End: true }) }]
  })
  return { StartAt: names[0], States: Object.fromEntries(states) }
}

/** A program of about `size` states: chains with choices, loops, catchers to one handler, and nested
 * Parallel and Map states. */
export function large(size: number): Json {
  return block(Math.round(size / 2.66), 0, 'S')
}

function block(size: number, depth: number, prefix: string): Json {
  const names = Array.from({ length: size }, (_, i) => `${prefix}${i}`)
  const last = names.at(-1)
  const states = names.map((name, i): [string, Json] => {
    const onward = i + 1 < size ? { Next: names[i + 1] } : { End: true }
    const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: last }] }
    if (i % 9 === 3 && i + 3 < size) {
      const rules = [
        { Condition: `x > ${i}`, Next: names[i + 1] },
        { Condition: 'again', Next: names[i - 2] },
      ]
      return [name, { Type: 'Choice', Choices: rules, Default: names[i + 2] }]
    }
    if (depth < 2 && i % 12 === 5) {
      const branches = [block(6, depth + 1, `${name}a`), block(4, depth + 1, `${name}b`)]
      return [name, { Type: 'Parallel', Branches: branches, ...onward, ...caught }]
    }
    return [name, { Type: i % 2 ? 'Task' : 'Pass', ...onward, ...(i % 4 === 1 ? caught : {}) }]
  })
  return { StartAt: names[0], States: Object.fromEntries(states) }
}
