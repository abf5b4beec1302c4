import { useState } from 'react'
import { pretty } from '~/data/pretty'
import { Button } from '~/ui/button'
import { Json } from '~/ui/json'
import { type Status, StatusBadge } from '~/ui/status'
import { duration, Elapsed, Time } from '~/ui/time'
import { spansOfAttempt, split } from '../fold/latency'
import type { Attempt, Entry, Trouble } from '../fold/story'
import { SPANS } from './latency'
import { Section } from './section'

const STATUS: Record<Attempt['outcome'], Status> = {
  open: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  timedOut: 'timedOut',
  aborted: 'aborted',
}

/** Each try, with what it ran into. */
export function Attempts({ entry, event }: { entry: Entry; event?: number }) {
  if (entry.attempts.length === 0) return null
  const title = entry.attempts.length === 1 ? 'Attempt' : `${entry.attempts.length} attempts`
  return (
    <Section title={title}>
      <ol className="m-0 flex list-none flex-col gap-2 p-0" data-testid="attempts">
        {entry.attempts.map((attempt, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are numbered by their place
          <li key={at} className="rounded-control border border-line p-2">
            <AttemptLine
              attempt={attempt}
              number={at + 1}
              open={at === entry.attempts.length - 1 || isOf(attempt, event)}
            />
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** Whether an event is one of this attempt's. */
function isOf(attempt: Attempt, event: number | undefined): boolean {
  const { scheduled, started, submitted, ended } = attempt
  return [scheduled, started, submitted, ended].some(moment => moment?.id === event)
}

function AttemptLine({ attempt, number, open }: { attempt: Attempt; number: number; open: boolean }) {
  const begun = attempt.scheduled ?? attempt.started ?? attempt.ended
  const sums = split(spansOfAttempt(attempt, attempt.ended?.at ?? begun?.at ?? 0))
  const parts = (['queued', 'running', 'waiting'] as const).filter(kind => attempt.ended && sums[kind] >= 1)
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-strong">#{number}</span>
        <StatusBadge status={STATUS[attempt.outcome]} />
        {begun && <Elapsed from={begun.at} to={attempt.ended?.at} />}
        {attempt.redriven && <span className="text-label text-muted">after a redrive</span>}
        <span className="ml-auto text-label text-muted">
          <Time at={begun?.at} exact />
        </span>
      </div>
      {(attempt.worker || attempt.timeoutSeconds || parts.length > 1) && (
        <p className="mt-1 flex flex-wrap gap-x-3 text-label text-muted">
          {parts.length > 1 && (
            <span>{parts.map(kind => `${SPANS[kind].word} ${duration(sums[kind])}`).join(' · ')}</span>
          )}
          {attempt.worker && <span>worker {attempt.worker}</span>}
          {attempt.timeoutSeconds && <span>timeout {duration(attempt.timeoutSeconds * 1000)}</span>}
          {attempt.heartbeatSeconds && <span>heartbeat {duration(attempt.heartbeatSeconds * 1000)}</span>}
        </p>
      )}
      {attempt.trouble && <TroubleBox trouble={attempt.trouble} short={!open} />}
    </>
  )
}

/** An error and its cause; a cause that is JSON is laid out. */
export function TroubleBox({ trouble, short }: { trouble: Trouble; short?: boolean }) {
  const [asked, setAsked] = useState(false)
  const hidden = short && !asked && trouble.cause !== undefined
  const isJson =
    trouble.cause !== undefined && /^\s*[{[]/.test(trouble.cause) && pretty(trouble.cause) !== trouble.cause
  return (
    <div className="mt-2 text-failed">
      <p className="font-mono text-code font-strong break-words">
        {trouble.error ?? 'No error name was given'}
      </p>
      {trouble.location && <p className="text-label">in {trouble.location}</p>}
      {hidden && (
        <Button small tone="quiet" onPress={() => setAsked(true)} className="-ml-2">
          Show the cause
        </Button>
      )}
      {trouble.cause !== undefined &&
        !hidden &&
        (isJson ? (
          <Json text={trouble.cause} label="Cause" className="mt-1 text-text [&_section]:max-h-56" />
        ) : (
          <p className="max-h-56 overflow-auto break-words whitespace-pre-wrap">{trouble.cause}</p>
        ))}
    </div>
  )
}
