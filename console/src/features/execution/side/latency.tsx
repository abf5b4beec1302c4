import { duration, useNow } from '~/ui/time'
import { type Span, spansOf, split } from '../fold/latency'
import { type Entry, isOpen } from '../fold/story'

export const SPANS: Record<Span['kind'], { word: string; fill: string }> = {
  queued: { word: 'Queued', fill: 'bg-aborted' },
  running: { word: 'Running', fill: 'bg-running' },
  waiting: { word: 'Waiting', fill: 'bg-waiting' },
  backoff: { word: 'Before a retry', fill: 'bg-caught' },
}

/** Where the time of a visit went, as a bar and in figures. */
export function Latency({ entry }: { entry: Entry }) {
  const now = useNow()
  const spans = spansOf(entry, isOpen(entry) ? now : entry.entered.at)
  const sums = split(spans)
  const total = Object.values(sums).reduce((sum, part) => sum + part, 0)
  const parts = (Object.keys(SPANS) as Span['kind'][]).filter(kind => sums[kind] > 0)
  if (parts.length === 0) return null
  return (
    <div data-testid="latency">
      <div aria-hidden="true" className="flex h-2 gap-px overflow-hidden rounded-full">
        {parts.map(kind => (
          <span
            key={kind}
            className={SPANS[kind].fill}
            style={{ width: `${(100 * sums[kind]) / total}%`, minWidth: 2 }}
          />
        ))}
      </div>
      <p className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-label text-muted">
        {parts.map(kind => (
          <span key={kind} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2 rounded-full ${SPANS[kind].fill}`} />
            {SPANS[kind].word} {duration(sums[kind])}
          </span>
        ))}
      </p>
    </div>
  )
}
