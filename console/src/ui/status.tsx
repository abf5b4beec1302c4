import {
  Ban,
  Check,
  CircleDashed,
  Clock,
  Hourglass,
  LoaderCircle,
  RotateCcw,
  ShieldAlert,
  X,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { cx } from './cx'

/** How anything that runs can stand: the one table that badges, ticks, lanes and nodes share. */
export const STATUSES = {
  succeeded: { word: 'Succeeded', tone: 'succeeded', icon: Check },
  running: { word: 'Running', tone: 'running', icon: LoaderCircle },
  waiting: { word: 'Waiting', tone: 'waiting', icon: Hourglass },
  caught: { word: 'Caught', tone: 'caught', icon: ShieldAlert },
  failed: { word: 'Failed', tone: 'failed', icon: X },
  timedOut: { word: 'Timed out', tone: 'failed', icon: Clock },
  aborted: { word: 'Aborted', tone: 'aborted', icon: Ban },
  redrive: { word: 'Pending redrive', tone: 'failed', icon: RotateCcw },
  notReached: { word: 'Not reached', tone: 'none', icon: CircleDashed },
} as const satisfies Record<
  string,
  { word: string; tone: string; icon: ComponentType<{ size?: number; className?: string }> }
>

export type Status = keyof typeof STATUSES

const FROM_AWS: Record<string, Status> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
  PENDING_REDRIVE: 'redrive',
}

/** What AWS's word for a status is here. */
export function statusOf(word: string): Status {
  return FROM_AWS[word] ?? 'notReached'
}

const TONES = {
  succeeded: 'bg-succeeded-tint text-succeeded',
  running: 'bg-running-tint text-running',
  waiting: 'bg-waiting-tint text-waiting',
  caught: 'bg-caught-tint text-caught',
  failed: 'bg-failed-tint text-failed',
  aborted: 'bg-aborted-tint text-aborted',
  none: 'text-muted border border-line',
}

/** A status as a glyph and a word on its tint. */
export function StatusBadge({ status, children }: { status: Status; children?: string }) {
  const { word, tone, icon: Icon } = STATUSES[status]
  return (
    <span
      data-status={status}
      className={cx(
        'inline-flex h-5.5 items-center gap-1 rounded-full px-2 text-label font-strong whitespace-nowrap',
        TONES[tone],
      )}
    >
      <Icon
        size={12}
        className={status === 'running' ? 'motion-safe:animate-spin' : undefined}
        aria-hidden="true"
      />
      {children ?? word}
    </span>
  )
}

/** Only the glyph, in the status's colour; its word is read out. */
export function StatusGlyph({
  status,
  size = 14,
  still,
}: {
  status: Status
  size?: number
  /** Does not turn: in a legend, say. */
  still?: boolean
}) {
  const { word, tone, icon: Icon } = STATUSES[status]
  const colour = tone === 'none' ? 'text-muted' : (TONES[tone].split(' ')[1] ?? '')
  return (
    <span role="img" aria-label={word} title={word} className={cx('inline-flex', colour)}>
      <Icon
        size={size}
        className={status === 'running' && !still ? 'motion-safe:animate-spin' : undefined}
        aria-hidden="true"
      />
    </span>
  )
}
