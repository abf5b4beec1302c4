import type { Edit } from './program'

/** The text after the edits. They are sorted, do not overlap, and count in `text`. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, insert } of edits) {
    result += text.slice(at, start) + insert
    at = end
  }
  return result + text.slice(at)
}

/** The edits that lead back from `applyEdits(text, edits)` to `text`. */
export function invertEdits(text: string, edits: readonly Edit[]): Edit[] {
  let moved = 0
  return edits.map(({ start, end, insert }) => {
    const from = start + moved
    moved += insert.length - (end - start)
    return { start: from, end: from + insert.length, insert: text.slice(start, end) }
  })
}

/** A stretch of the first text, or text that has come in. */
type Piece = { start: number; end: number } | string

/** Text that is edited in steps, and remembers what is left of the first text. */
export class Steps {
  private pieces: Piece[]

  constructor(private readonly first: string) {
    this.pieces = [{ start: 0, end: first.length }]
  }

  /** Does one step; the edits count in the text as it stands. */
  apply(edits: readonly Edit[]) {
    for (const edit of edits.toReversed()) this.replace(edit)
  }

  private replace({ start, end, insert }: Edit) {
    const before = this.between(0, start)
    const after = this.between(end, Number.POSITIVE_INFINITY)
    this.pieces = insert === '' ? [...before, ...after] : [...before, insert, ...after]
  }

  /** The pieces of a range of the text as it stands. */
  private between(from: number, to: number): Piece[] {
    let at = 0
    return this.pieces.flatMap(piece => {
      const length = lengthOf(piece)
      const part = cut(piece, Math.max(from - at, 0), Math.min(to - at, length))
      at += length
      return lengthOf(part) > 0 ? [part] : []
    })
  }

  /** The text as it stands. */
  text(): string {
    return this.pieces
      .map(piece => (typeof piece === 'string' ? piece : this.first.slice(piece.start, piece.end)))
      .join('')
  }

  /** All steps as edits of the first text, each as small as it can be. */
  edits(): Edit[] {
    const edits: Edit[] = []
    let at = 0
    let insert = ''
    for (const piece of [...this.pieces, { start: this.first.length, end: this.first.length }]) {
      if (typeof piece === 'string') {
        insert += piece
        continue
      }
      if (insert !== '' || piece.start > at) edits.push({ start: at, end: piece.start, insert })
      insert = ''
      at = piece.end
    }
    return edits.flatMap(edit => trim(this.first, edit))
  }
}

function lengthOf(piece: Piece): number {
  return typeof piece === 'string' ? piece.length : piece.end - piece.start
}

function cut(piece: Piece, from: number, to: number): Piece {
  if (to <= from) return ''
  if (typeof piece === 'string') return piece.slice(from, to)
  return { start: piece.start + from, end: piece.start + to }
}

/** Leaves out what an edit would replace by itself. */
function trim(text: string, { start, end, insert }: Edit): Edit[] {
  let from = start
  let to = end
  let head = 0
  let tail = insert.length
  while (from < to && head < tail && text[from] === insert[head]) {
    from++
    head++
  }
  while (to > from && tail > head && text[to - 1] === insert[tail - 1]) {
    to--
    tail--
  }
  return from === to && head === tail ? [] : [{ start: from, end: to, insert: insert.slice(head, tail) }]
}
