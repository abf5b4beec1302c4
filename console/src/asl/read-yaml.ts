import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { define, leaf, type Parsed, type TreeKind, type TreeNode } from './tree'

/** Values that aliases may add to a definition, as on the server. */
const COPIED_MAX = 100_000

/** A token of the concrete text, as far as it is needed here. */
interface Token {
  type: string
  offset: number
  source: string
}

class Unreadable extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message)
  }
}

/** Reads one YAML document by the core schema of YAML 1.2. */
export function parseYaml(text: string): Parsed {
  try {
    const document = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, version: '1.2' })
    const error = document.errors[0]
    if (error) return { broken: { message: firstLine(error.message), offset: error.pos[0] } }
    if (document.contents === null) return { broken: { message: 'The text is empty', offset: 0 } }
    return { tree: new Builder(text).node(document.contents as Node, undefined) }
  } catch (error) {
    if (error instanceof Unreadable) return { broken: { message: error.message, offset: error.offset } }
    if (!(error instanceof RangeError)) throw error
    return { broken: { message: 'The definition is nested too deeply', offset: 0 } }
  }
}

/** The library's message without its drawing of the line. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}

class Builder {
  private readonly anchors = new Map<string, TreeNode | undefined>()
  private copied = 0

  constructor(private readonly text: string) {}

  /** `before` are the tokens in front of the value, among them its anchor and its tag. */
  node(node: Node, before: Token[] | undefined): TreeNode {
    if (isAlias(node)) return this.alias(node.source, node.range?.[0] ?? 0, node.range?.[1] ?? 0)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor) this.anchors.set(anchor, undefined)
    const built = this.content(node)
    const property = before?.find(token => token.type === 'anchor' || token.type === 'tag')
    if (property) built.outer = property.offset
    if (anchor) {
      built.anchor = anchor
      this.anchors.set(anchor, built)
    }
    return built
  }

  private content(node: Node): TreeNode {
    if (isMap(node)) return this.map(node)
    if (isSeq(node)) return this.seq(node)
    const [start = 0, end = 0] = node.range ?? []
    const scalar = isScalar(node) ? node : undefined
    const value = scalar?.value ?? null
    const built = leaf(kindOf(value), value, { start, end })
    if (scalar?.type === 'BLOCK_LITERAL' || scalar?.type === 'BLOCK_FOLDED') {
      built.block = true
      built.end = this.blockEnd(start, end)
    }
    return built
  }

  /** Of a text that keeps its line breaks (`|+`) they are part; else it ends with its last line. */
  private blockEnd(start: number, end: number): number {
    const keeps = /^[|>]\d*\+/.test(this.text.slice(start, start + 4))
    const content = this.text.slice(start, end)
    return start + (keeps ? content.replace(/\r?\n$/, '') : content.trimEnd()).length
  }

  private map(map: YAMLMap): TreeNode {
    const built = this.collection('object', {}, map)
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const token = pair.srcToken as { start?: Token[]; sep?: Token[] } | undefined
      const key = this.key(pair.key)
      const colon = token?.sep?.find(part => part.type === 'map-value-ind')
      const colonEnd = colon ? colon.offset + 1 : key.end
      const value = this.value(pair.value, token?.sep, colonEnd)
      built.entries.push({ key: key.text, start: key.start, keyEnd: key.end, colonEnd, value })
      built.size += value.size
      define(built.value as Record<string, unknown>, key.text, value.value)
    }
    const last = built.entries.at(-1)
    if (built.block && last) built.end = Math.max(last.colonEnd, last.value.end)
    return built
  }

  private seq(seq: YAMLSeq): TreeNode {
    const built = this.collection('array', [], seq)
    const tokens = (seq.srcToken as { items?: { start?: Token[] }[] } | undefined)?.items
    const isDash = (part: Token) => part.type === 'seq-item-ind'
    const parts = tokens?.filter(item => (built.block ? item.start?.some(isDash) : 'value' in item))
    seq.items.forEach((item, index) => {
      const before = parts?.[index]?.start
      const dash = built.block ? before?.find(isDash) : undefined
      const value = this.value(item as Node | null, before, dash ? dash.offset + 1 : built.start)
      built.items.push({ start: dash?.offset ?? value.outer, value })
      built.size += value.size
      ;(built.value as unknown[]).push(value.value)
      if (built.block) built.end = Math.max(value.end, dash ? dash.offset + 1 : 0)
    })
    return built
  }

  private collection(kind: TreeKind, value: unknown, node: YAMLMap | YAMLSeq): TreeNode {
    const [start = 0, end = 0] = node.range ?? []
    const flow = node.flow === true
    return { ...leaf(kind, value, { start, end }), block: !flow, entries: [], items: [] }
  }

  /** A value that may have no text: then it stands behind the colon or the dash. */
  private value(node: Node | null, before: Token[] | undefined, behind: number): TreeNode {
    const none = !node || (isScalar(node) && node.value === null && (node.source ?? '') === '')
    if (!none) return this.node(node, before)
    const built = leaf('null', null, { start: behind, end: behind })
    if (node && isScalar(node) && node.anchor) {
      built.anchor = node.anchor
      this.anchors.set(node.anchor, built)
      built.end = node.range?.[1] ?? behind
    }
    return built
  }

  private key(node: Node | null): { text: string; start: number; end: number } {
    const [start = 0, end = 0] = node?.range ?? []
    if (node && isAlias(node)) return { text: String(this.alias(node.source, start, end).value), start, end }
    if (!isScalar(node)) throw new Unreadable('The key of a mapping must be a text', start)
    const written = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
    return { text: written, start, end }
  }

  private alias(name: string, start: number, end: number): TreeNode {
    const target = this.anchors.get(name)
    if (!target) {
      const known = this.anchors.has(name)
      const what = known
        ? 'This alias stands within the value that it names'
        : `No anchor &${name} stands before`
      throw new Unreadable(what, start)
    }
    this.copied += target.size
    if (this.copied > COPIED_MAX) throw new Unreadable('The aliases make the definition too large', start)
    const { anchor: _, ...copy } = target
    return { ...copy, start, end, outer: start, block: false, alias: name }
  }
}

function kindOf(value: unknown): TreeKind {
  if (value === null) return 'null'
  const kind = typeof value
  if (kind === 'number' || kind === 'boolean') return kind
  return kind === 'bigint' ? 'number' : 'string'
}
