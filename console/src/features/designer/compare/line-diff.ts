export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
  /** Line numbers from 1 on, before and after. */
  before?: number
  after?: number
}

/** Above this many pairs of lines, what lies between the equal ends counts as replaced. */
const PAIRS_MAX = 4_000_000

/** Two texts line by line: the fewest lines that must go and come. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const lines: DiffLine[] = []
  const same = (i: number, j: number) =>
    lines.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 })
  for (let i = 0; i < head; i++) same(i, i)
  between(a, b, head, tail, lines, same)
  for (let i = tail; i > 0; i--) same(a.length - i, b.length - i)
  return lines
}

function between(
  a: string[],
  b: string[],
  head: number,
  tail: number,
  lines: DiffLine[],
  same: (i: number, j: number) => void,
) {
  const [rows, columns] = [a.length - head - tail, b.length - head - tail]
  const width = columns + 1
  const fits = rows * columns <= PAIRS_MAX
  // The length of the longest common part of what is left, from each pair on.
  const table = fits ? new Uint32Array((rows + 1) * width) : undefined
  const at = (i: number, j: number) => table?.[i * width + j] ?? 0
  for (let i = rows - 1; table && i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const equal = a[head + i] === b[head + j]
      table[i * width + j] = equal ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  let [i, j] = [0, 0]
  while (i < rows || j < columns) {
    if (table && i < rows && j < columns && a[head + i] === b[head + j]) {
      same(head + i++, head + j++)
    } else if (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: a[head + i] ?? '', before: head + ++i })
    } else {
      lines.push({ kind: 'added', text: b[head + j] ?? '', after: head + ++j })
    }
  }
}

export interface Hunk {
  lines: DiffLine[]
  /** Equal lines that are left out in front of it. */
  skipped: number
}

/** What is different, with a few equal lines round it. */
export function hunks(lines: readonly DiffLine[], context = 3): Hunk[] {
  const near = new Uint8Array(lines.length)
  lines.forEach((line, index) => {
    if (line.kind === 'same') return
    near.fill(1, Math.max(0, index - context), index + context + 1)
  })
  const found: Hunk[] = []
  let skipped = 0
  lines.forEach((line, index) => {
    if (!near[index]) {
      skipped++
      return
    }
    if (skipped > 0 || found.length === 0) found.push({ lines: [], skipped })
    skipped = 0
    found.at(-1)?.lines.push(line)
  })
  return found
}
