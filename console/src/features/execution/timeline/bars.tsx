import type { Seconds } from '~/data/types'
import { cx } from '~/ui/cx'
import { duration } from '~/ui/time'
import { spansOf, split } from '../fold/latency'
import { type Entry, type EntryStatus, isContainer, type Lane } from '../fold/story'
import { SPANS } from '../side/latency'
import { drawn, type Scale, type View } from './scale'

const FILLS: Record<EntryStatus, string> = {
  running: 'bg-running',
  waiting: 'bg-waiting',
  succeeded: 'bg-succeeded',
  caught: 'bg-caught',
  failed: 'bg-failed',
  timedOut: 'bg-failed',
  aborted: 'bg-aborted',
  redrive: 'bg-failed',
}

interface Props {
  scale: Scale
  view: View
  now: Seconds
}

/** The percentage of the width at which a moment stands. */
function percent({ scale, view }: Props, at: Seconds): number {
  return ((drawn(scale, at) - view.from) / (view.to - view.from)) * 100
}

/** A visit: its time by kind, and a tick where an attempt failed. */
export function EntryBar({ entry, ...props }: Props & { entry: Entry }) {
  const end = entry.ended?.at ?? Math.max(props.now, entry.entered.at)
  const left = percent(props, entry.entered.at)
  const right = percent(props, end)
  if (right < -1 || left > 101) return null
  if (isContainer(entry))
    return <Outline left={left} right={right} fill={FILLS[entry.status]} title={hint(entry, props.now)} />
  const spans = spansOf(entry, props.now)
  return (
    <div className="absolute inset-y-0 left-0 w-full" title={hint(entry, props.now)}>
      {spans.length === 0 && (
        <Piece left={left} right={right} className={cx('h-3 rounded-[3px]', FILLS[entry.status])} />
      )}
      {spans.map((span, at) => (
        <Piece
          // biome-ignore lint/suspicious/noArrayIndexKey: spans are in the order of time
          key={at}
          left={percent(props, span.from)}
          right={percent(props, span.to)}
          className={
            span.kind === 'running'
              ? cx('h-3 rounded-[3px]', FILLS[entry.status])
              : span.kind === 'backoff'
                ? 'h-px bg-line-strong'
                : cx('h-2 opacity-70', SPANS[span.kind].fill, span.kind === 'waiting' && 'tl-waits')
          }
        />
      ))}
      {entry.attempts.map((attempt, at) =>
        attempt.ended && (attempt.outcome === 'failed' || attempt.outcome === 'timedOut') ? (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts are numbered by their place
            key={at}
            data-retry={at + 1}
            className="absolute top-1/2 h-4.5 w-0.5 -translate-y-1/2 bg-failed"
            style={{ left: `${percent(props, attempt.ended.at)}%` }}
          />
        ) : null,
      )}
    </div>
  )
}

/** A branch or item: from its start to its end. */
export function LaneBar({ lane, ...props }: Props & { lane: Lane }) {
  if (!lane.started) return null
  const left = percent(props, lane.started.at)
  const right = percent(props, lane.ended?.at ?? Math.max(props.now, lane.started.at))
  return <Outline left={left} right={right} fill={FILLS[lane.status]} />
}

function Outline({
  left,
  right,
  fill,
  title,
}: {
  left: number
  right: number
  fill: string
  title?: string
}) {
  return <Piece left={left} right={right} title={title} className={cx('h-1 rounded-full', fill)} />
}

function Piece(props: { left: number; right: number; className: string; title?: string }) {
  const left = Math.max(-1, props.left)
  const width = Math.max(0, Math.min(101, props.right) - left)
  if (props.left > 101 || props.right < -1) return null
  return (
    <span
      title={props.title}
      className={cx('absolute top-1/2 min-w-0.5 -translate-y-1/2', props.className)}
      style={{ left: `${left}%`, width: `${width}%` }}
    />
  )
}

function hint(entry: Entry, now: Seconds): string {
  const sums = split(spansOf(entry, now))
  const total = ((entry.ended?.at ?? Math.max(now, entry.entered.at)) - entry.entered.at) * 1000
  const parts = (['queued', 'running', 'waiting', 'backoff'] as const)
    .filter(kind => sums[kind] > 0)
    .map(kind => `${SPANS[kind].word.toLowerCase()} ${duration(sums[kind])}`)
  const attempts = entry.attempts.length > 1 ? ` · ${entry.attempts.length} attempts` : ''
  return `${entry.name} · ${duration(total)}${attempts}${parts.length > 1 ? `\n${parts.join(', ')}` : ''}`
}
