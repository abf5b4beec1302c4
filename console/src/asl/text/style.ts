import type { Format } from '../program'
import type { TreeNode } from '../tree'
import { firstOnLine, indentAt } from './lines'

/** How a text is laid out; what is inserted follows it. */
export interface Style {
  format: Format
  /** One level of indentation. */
  unit: string
  eol: string
  /** The colon with the blanks around it. */
  colon: string
  /** The comma between values on one line. */
  comma: string
  /** Between a brace and what stands on the same line. */
  pad: string
  /** Whether the text has several lines at all. */
  lines: boolean
  /** Whether objects without objects stand on one line when they are short. */
  shortObjects: boolean
  /** Whether arrays of texts stand on one line when they are short. */
  shortArrays: boolean
  /** YAML: a list under a key is indented. */
  indentedLists: boolean
  /** YAML: the quote that is used when one is needed. */
  quote: "'" | '"'
  /** YAML: texts are quoted also where they need not be. */
  quoteAll: boolean
}

/** Nodes looked at; a large text shows its style early. */
const LOOKED_MAX = 4000

/** Counts what is met; the most frequent wins, the first of equals. */
class Votes {
  private readonly counts = new Map<string, number>()
  add(vote: string) {
    this.counts.set(vote, (this.counts.get(vote) ?? 0) + 1)
  }
  winner(otherwise: string): string {
    let best = otherwise
    let most = 0
    for (const [vote, count] of this.counts) {
      if (count > most) [best, most] = [vote, count]
    }
    return best
  }
}

const ASPECTS = ['unit', 'colon', 'comma', 'pad', 'objects', 'arrays', 'lists', 'quote', 'quoted'] as const
type Ballot = Record<(typeof ASPECTS)[number], Votes>

export function styleOf(text: string, tree: TreeNode, format: Format): Style {
  const votes = Object.fromEntries(ASPECTS.map(aspect => [aspect, new Votes()])) as Ballot
  const queue = [tree]
  for (let index = 0; index < queue.length && index < LOOKED_MAX; index++) {
    const node = queue[index]
    if (!node || node.alias) continue
    look(text, node, votes)
    for (const entry of node.entries) queue.push(entry.value)
    for (const item of node.items) queue.push(item.value)
  }
  const lines = tree.block || text.slice(tree.start, tree.end).includes('\n')
  const colon = format === 'yaml' ? ': ' : votes.colon.winner(lines ? ': ' : ':')
  return {
    format,
    unit: votes.unit.winner('  '),
    eol: /\r\n/.test(text) ? '\r\n' : '\n',
    colon,
    comma: votes.comma.winner(colon.endsWith(' ') ? ', ' : ','),
    pad: votes.pad.winner(format === 'json' && lines && colon !== ':' ? ' ' : ''),
    lines,
    shortObjects: votes.objects.winner(lines ? 'long' : 'short') === 'short',
    shortArrays: votes.arrays.winner('short') === 'short',
    indentedLists: votes.lists.winner('indented') === 'indented',
    quote: votes.quote.winner("'") === '"' ? '"' : "'",
    quoteAll: votes.quoted.winner('plain') === 'quoted',
  }
}

function look(text: string, node: TreeNode, votes: Ballot) {
  if (node.kind === 'string') {
    const mark = text[node.start]
    const quoted = mark === "'" || mark === '"'
    if (quoted) votes.quote.add(mark)
    if (!node.block) votes.quoted.add(quoted ? 'quoted' : 'plain')
  }
  for (const { keyEnd, value } of node.entries) {
    const gap = text.slice(keyEnd, value.outer)
    if (/^[ \t]*:[ \t]*$/.test(gap)) votes.colon.add(gap)
    if (value.block && value.kind === 'array' && value.items.length > 0)
      lookAtList(text, keyEnd, value, votes)
  }
  const slots = node.kind === 'array' ? node.items : node.entries
  if (slots.length > 0) lookAtSlots(text, node, slots, votes)
}

function lookAtList(text: string, key: number, list: TreeNode, votes: Ballot) {
  if (!firstOnLine(text, list.start)) return
  const deeper = indentAt(text, list.start).length > indentAt(text, key).length
  votes.lists.add(deeper ? 'indented' : 'flush')
}

function lookAtSlots(
  text: string,
  node: TreeNode,
  slots: readonly { start: number; value: TreeNode }[],
  votes: Ballot,
) {
  const [first, second] = slots
  if (!first) return
  const inline = !text.slice(node.start, node.end).includes('\n')
  const flat = slots.every(
    ({ value }) => value.entries.length === 0 && value.items.every(item => item.value.size === 1),
  )
  const length = inline && !node.block ? 'short' : 'long'
  if (flat && node.kind === 'object' && slots.length > 1) votes.objects.add(length)
  if (flat && node.kind === 'array') votes.arrays.add(length)
  if (node.block) {
    const parts = node.kind === 'object' ? node.entries : []
    for (const { start, value } of parts) {
      if (!value.block || value.kind !== 'object' || !firstOnLine(text, start)) continue
      voteUnit(indentAt(text, start), indentAt(text, value.start), votes)
    }
    return
  }
  const inside = text.slice(node.start + 1, first.start)
  if (inside.includes('\n') && firstOnLine(text, first.start)) {
    voteUnit(indentAt(text, node.start), indentAt(text, first.start), votes)
  }
  if (inline && node.kind === 'object') votes.pad.add(inside)
  if (inline && second) votes.comma.add(text.slice(first.value.end, second.start))
}

function voteUnit(outer: string, inner: string, votes: Ballot) {
  if (inner.length > outer.length && inner.startsWith(outer)) votes.unit.add(inner.slice(outer.length))
}
