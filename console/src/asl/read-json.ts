import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser'
import { type Broken, define, leaf, type Parsed, type TreeKind, type TreeNode } from './tree'

const MESSAGES: Record<string, string> = {
  InvalidSymbol: 'This is no value of JSON',
  InvalidNumberFormat: 'This is no number of JSON',
  PropertyNameExpected: 'A name in double quotes is expected here',
  ValueExpected: 'A value is expected here',
  ColonExpected: 'A colon is expected here',
  CommaExpected: 'A comma is expected here',
  CloseBraceExpected: 'A closing brace is missing',
  CloseBracketExpected: 'A closing bracket is missing',
  EndOfFileExpected: 'The definition has ended before this place',
  InvalidCommentToken: 'JSON has no comments; use a Comment field',
  UnexpectedEndOfComment: 'JSON has no comments; use a Comment field',
  UnexpectedEndOfString: 'This text has no closing quote',
  UnexpectedEndOfNumber: 'This number is not finished',
  InvalidUnicode: 'This is no escape of a character',
  InvalidEscapeCharacter: 'This is no escape of a character',
  InvalidCharacter: 'This character must be escaped in a text',
}

/** Reads strict JSON: a comment or a comma too many is an error, as it is on the server. */
export function parseJson(text: string): Parsed {
  if (text.trim() === '') return { broken: { message: 'The text is empty', offset: 0 } }
  const builder = new Builder()
  try {
    visit(text, builder.visitor(), { disallowComments: true, allowTrailingComma: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { broken: { message: 'The definition is nested too deeply', offset: 0 } }
  }
  if (builder.broken) return { broken: builder.broken }
  if (!builder.root) return { broken: { message: 'A value is expected here', offset: 0 } }
  return { tree: builder.root }
}

/** Puts the tree together from what the scanner meets. */
class Builder {
  root?: TreeNode
  broken?: Broken
  private readonly open: TreeNode[] = []

  visitor() {
    return {
      onObjectBegin: (start: number) => this.begin('object', {}, start),
      onArrayBegin: (start: number) => this.begin('array', [], start),
      onObjectEnd: (offset: number) => this.end(offset + 1),
      onArrayEnd: (offset: number) => this.end(offset + 1),
      onObjectProperty: (key: string, start: number, length: number) => {
        const keyEnd = start + length
        const value = leaf('null', null, { start: keyEnd, end: keyEnd })
        this.open.at(-1)?.entries.push({ key, start, keyEnd, colonEnd: keyEnd, value })
      },
      onSeparator: (character: string, offset: number) => {
        const entry = this.open.at(-1)?.entries.at(-1)
        if (character === ':' && entry) entry.colonEnd = offset + 1
      },
      onLiteralValue: (value: unknown, start: number, length: number) => {
        const kind = value === null ? 'null' : (typeof value as TreeKind)
        this.place(leaf(kind, value, { start, end: start + length }))
      },
      onComment: (offset: number) => this.fail(MESSAGES.InvalidCommentToken, offset),
      onError: (code: ParseErrorCode, offset: number) =>
        this.fail(MESSAGES[printParseErrorCode(code)] ?? 'This is no JSON', offset),
    }
  }

  private fail(message = '', offset: number) {
    this.broken ??= { message, offset }
  }

  private begin(kind: TreeKind, value: unknown, start: number) {
    const node = leaf(kind, value, { start, end: start })
    if (kind === 'object') node.entries = []
    else node.items = []
    this.open.push(node)
  }

  private end(end: number) {
    const node = this.open.pop()
    if (!node) return
    node.end = end
    this.place(node)
  }

  private place(node: TreeNode) {
    const parent = this.open.at(-1)
    if (!parent) {
      this.root ??= node
      return
    }
    parent.size += node.size
    if (parent.kind === 'array') {
      parent.items.push({ start: node.start, value: node })
      ;(parent.value as unknown[]).push(node.value)
      return
    }
    const entry = parent.entries.at(-1)
    if (!entry) return
    entry.value = node
    define(parent.value as Record<string, unknown>, entry.key, node.value)
  }
}
