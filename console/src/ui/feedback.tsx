import { CircleAlert } from 'lucide-react'
import { type ReactNode, useSyncExternalStore } from 'react'
import type { Failure } from '~/data/failure'
import { Button } from './button'

/** What went wrong, in words, and a way on. */
export function FailureBox({
  failure,
  onRetry,
  what,
}: {
  failure: Failure | Error
  onRetry?: () => void
  what?: string
}) {
  const code = 'code' in failure ? failure.code : ''
  return (
    <div
      role="alert"
      data-testid="failure"
      className="flex items-start gap-2 rounded-control bg-failed-tint p-3 text-failed"
    >
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        {what && <p className="font-strong">{what}</p>}
        <p className="break-words">{failure.message}</p>
        {code && code !== 'Unreachable' && <p className="font-mono text-label">{code}</p>}
      </div>
      {onRetry && (
        <Button small onPress={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** Nothing is here yet, and how something comes here. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string
  children?: ReactNode
  command?: string
}) {
  return (
    <div data-testid="empty" className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <p className="text-head font-strong">{title}</p>
      {children && <div className="max-w-lg text-muted">{children}</div>}
      {command && (
        <code className="max-w-full overflow-x-auto rounded-control border border-line bg-surface px-3 py-1.5 font-mono text-code">
          {command}
        </code>
      )}
    </div>
  )
}

/** While something is on its way. */
export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <p role="status" className="p-4 text-muted">
      {what}…
    </p>
  )
}

interface Notice {
  id: number
  text: string
  tone: 'plain' | 'bad'
}

let notices: Notice[] = []
let last = 0
const listeners = new Set<() => void>()

function put(next: Notice[]) {
  notices = next
  for (const listener of listeners) listener()
}

/** Says something in passing, at the foot of the page. What needs an answer belongs in a dialog. */
export function notify(text: string, tone: Notice['tone'] = 'plain') {
  last += 1
  const id = last
  put([...notices.slice(-3), { id, text, tone }])
  setTimeout(() => put(notices.filter(notice => notice.id !== id)), tone === 'bad' ? 10_000 : 5000)
}

/** Where notices appear; one polite live region. */
export function Notices() {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
  )
  return (
    <div
      aria-live="polite"
      data-testid="notices"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex flex-col items-end gap-2"
    >
      {shown.map(notice => (
        <p
          key={notice.id}
          className={`pointer-events-auto max-w-md rounded-control px-3 py-2 shadow-lg ${notice.tone === 'bad' ? 'bg-failed-tint text-failed' : 'bg-ink text-on-ink'}`}
        >
          {notice.text}
        </p>
      ))}
    </div>
  )
}
