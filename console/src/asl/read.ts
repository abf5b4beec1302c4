import { choiceLabel } from './choice-label'
import type { Catcher, ChoiceRule, Edit, Program, Reading, Scope, Source, StateNode } from './program'
import { parseJson } from './read-json'
import { parseYaml } from './read-yaml'
import { rereadJson } from './reread-json'
import { type Entry, entryOf, join, type TreeNode } from './tree'

/** Reads the structure of a definition. Never throws: what makes no sense is left out. */
export function readProgram(source: Source): Reading {
  const parsed = source.format === 'json' ? parseJson(source.text) : parseYaml(source.text)
  if ('broken' in parsed) return parsed
  const { tree } = parsed
  if (tree.kind !== 'object') {
    return { broken: { message: 'A definition is an object with StartAt and States', offset: tree.start } }
  }
  return { program: programOf(tree) }
}

/** Reads a text that `edits` have made of the text of `program`; faster than all of it, with the same answer. */
export function readEdited(program: Program, edits: readonly Edit[], source: Source): Reading {
  const tree = rereadTree(program.tree, edits, source)
  return tree ? { program: programOf(tree) } : readProgram(source)
}

/** The tree of the text that `edits` have made; undefined when all of it must be read. */
export function rereadTree(tree: TreeNode, edits: readonly Edit[], source: Source): TreeNode | undefined {
  return source.format === 'json' ? rereadJson(tree, source.text, edits) : undefined
}

/** What the values of a text say as a definition; the outermost is an object. */
export function programOf(tree: TreeNode): Program {
  const top: Scope = { id: '', states: [], range: rangeOf(tree) }
  const program: Program = { top, states: new Map(), scopes: new Map(), tree }
  program.comment = textOf(tree, 'Comment')
  program.queryLanguage = textOf(tree, 'QueryLanguage')
  readScope(program, tree, top)
  return program
}

function readScope(program: Program, node: TreeNode, scope: Scope) {
  program.scopes.set(scope.id, scope)
  scope.startAt = textOf(node, 'StartAt')
  const states = entryOf(node, 'States')?.value
  if (states?.kind !== 'object') return
  const last = new Map(states.entries.map(entry => [entry.key, entry]))
  for (const entry of states.entries) {
    // Of a name that stands twice the last one counts.
    if (last.get(entry.key) !== entry) continue
    const state = readState(program, entry, scope)
    scope.states.push(state)
  }
}

function readState(program: Program, entry: Entry, scope: Scope): StateNode {
  const node = entry.value
  const id = join(scope.id, 'States', entry.key)
  const state: StateNode = {
    id,
    name: entry.key,
    type: textOf(node, 'Type') ?? '',
    range: rangeOf(node),
    nameRange: nameRange(entry),
    value: node.kind === 'object' ? (node.value as Record<string, unknown>) : {},
    comment: textOf(node, 'Comment'),
    next: textOf(node, 'Next'),
    end: entryOf(node, 'End')?.value.value === true,
    fallback: textOf(node, 'Default'),
    choices: itemsOf(node, 'Choices').map(readRule),
    catchers: itemsOf(node, 'Catch').map(readCatcher),
    retriers: itemsOf(node, 'Retry').length,
    resource: textOf(node, 'Resource'),
    children: [],
    scope: scope.id,
  }
  program.states.set(id, state)
  state.children = readChildren(program, node, state)
  return state
}

function readChildren(program: Program, node: TreeNode, state: StateNode): Scope[] {
  const scopes: Scope[] = []
  const add = (id: string, value: TreeNode): Scope => {
    const scope: Scope = { id, states: [], range: rangeOf(value) }
    readScope(program, value, scope)
    scopes.push(scope)
    return scope
  }
  if (state.type === 'Parallel') {
    itemsOf(node, 'Branches').forEach((branch, index) => {
      add(join(state.id, 'Branches', index), branch)
    })
  }
  if (state.type === 'Map') {
    const field = entryOf(node, 'ItemProcessor') ? 'ItemProcessor' : 'Iterator'
    const processor = entryOf(node, field)?.value
    if (processor?.kind !== 'object') return scopes
    const config = entryOf(processor, 'ProcessorConfig')?.value
    add(join(state.id, field), processor).distributed = textOf(config, 'Mode') === 'DISTRIBUTED'
  }
  return scopes
}

function readRule(node: TreeNode, index: number): ChoiceRule {
  return { index, next: textOf(node, 'Next'), label: choiceLabel(node.value), range: rangeOf(node) }
}

function readCatcher(node: TreeNode, index: number): Catcher {
  const errors = itemsOf(node, 'ErrorEquals').flatMap(item =>
    item.kind === 'string' ? [String(item.value)] : [],
  )
  return { index, errors, next: textOf(node, 'Next'), range: rangeOf(node) }
}

/** The items of an array field; none when it is no array. */
function itemsOf(node: TreeNode | undefined, key: string): TreeNode[] {
  return entryOf(node, key)?.value.items.map(item => item.value) ?? []
}

function textOf(node: TreeNode | undefined, key: string): string | undefined {
  const value = entryOf(node, key)?.value.value
  return typeof value === 'string' ? value : undefined
}

function rangeOf({ start, end }: TreeNode) {
  return { start, end }
}

/** The name without its quotes. A plain key of YAML has none. */
function nameRange({ start, keyEnd, key }: Entry) {
  const quoted = keyEnd - start >= key.length + 2
  return quoted ? { start: start + 1, end: keyEnd - 1 } : { start, end: keyEnd }
}
