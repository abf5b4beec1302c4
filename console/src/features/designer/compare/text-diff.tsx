import { useMemo } from 'react'
import { type DiffLine, hunks, lineDiff } from './line-diff'

const LOOK = {
  same: ['', ' ', 'Unchanged'],
  added: ['bg-succeeded-tint text-succeeded', '+', 'Added'],
  removed: ['bg-failed-tint text-failed', '−', 'Removed'],
} as const

/** Longer differences are cut. */
const LINES_MAX = 2000

/** Two texts, line by line, only where they differ. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const found = useMemo(() => hunks(lineDiff(before, after)), [before, after])
  if (found.length === 0) return <p className="p-4 text-muted">The texts are the same.</p>
  let shown = 0
  return (
    <section
      tabIndex={0}
      aria-label="Differences of the text"
      className="h-full overflow-auto bg-surface font-mono text-code"
      data-testid="text-diff"
    >
      {found.map(hunk => {
        if (shown > LINES_MAX) return null
        shown += hunk.lines.length
        const first = hunk.lines[0]
        return (
          <div key={`${first?.before}/${first?.after}`}>
            {hunk.skipped > 0 && (
              <p className="border-line border-y bg-canvas px-3 text-label text-muted">
                {hunk.skipped} lines are the same
              </p>
            )}
            {hunk.lines.map(line => (
              <Line key={`${line.before}/${line.after}`} line={line} />
            ))}
          </div>
        )
      })}
      {shown > LINES_MAX && <p className="px-3 py-2 text-muted">There are more differences.</p>}
    </section>
  )
}

function Line({ line }: { line: DiffLine }) {
  const [look, sign, word] = LOOK[line.kind]
  return (
    <div className={`flex w-max min-w-full ${look}`}>
      <span className="w-10 shrink-0 pr-1 text-right text-muted select-none">{line.before}</span>
      <span className="w-10 shrink-0 pr-1 text-right text-muted select-none">{line.after}</span>
      <span className="w-5 shrink-0 text-center select-none">
        <span aria-hidden="true">{sign}</span>
        {line.kind !== 'same' && <span className="sr-only">{word}: </span>}
      </span>
      <span className="pr-3 whitespace-pre">{line.text}</span>
    </div>
  )
}
