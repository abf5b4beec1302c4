import { useMemo } from 'react'
import { cx } from './cx'
import { type Difference, differences } from './differences'

const LOOK = {
  added: { mark: '+', word: 'added', tone: 'text-succeeded' },
  removed: { mark: '−', word: 'removed', tone: 'text-failed' },
  changed: { mark: '~', word: 'changed', tone: 'text-caught' },
}

/** What changed from one JSON text to another, path by path. */
export function JsonDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const found = useMemo(() => between(before, after), [before, after])
  if (!found) return <p className="text-label text-muted">Not both are JSON.</p>
  if (found.length === 0) return <p className="text-label text-muted">No difference.</p>
  return (
    <ul
      aria-label={label}
      data-testid="json-diff"
      className="m-0 flex list-none flex-col p-0 font-mono text-code"
    >
      {found.map(difference => (
        <Line key={`${difference.kind} ${difference.path}`} difference={difference} />
      ))}
    </ul>
  )
}

function Line({ difference: { kind, path, before, after } }: { difference: Difference }) {
  const { mark, word, tone } = LOOK[kind]
  return (
    <li className="flex gap-2 border-line border-b py-0.5 last:border-b-0">
      <span className={cx('shrink-0 font-strong', tone)} aria-hidden="true">
        {mark}
      </span>
      <span className="sr-only">{word}</span>
      <span className="min-w-0 flex-1 break-words">
        <span className="font-strong">{path || 'all of it'}</span>
        {kind !== 'added' && <del className="ml-2 text-muted">{short(before)}</del>}
        {kind === 'changed' && <span className="mx-1 text-muted">→</span>}
        {kind !== 'removed' && (
          <ins className={cx(kind === 'added' && 'ml-2', 'no-underline')}>{short(after)}</ins>
        )}
      </span>
    </li>
  )
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}

function between(before: string, after: string): Difference[] | undefined {
  try {
    return differences(JSON.parse(before), JSON.parse(after))
  } catch {
    return undefined
  }
}
