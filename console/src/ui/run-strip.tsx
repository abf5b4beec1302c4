import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import type { RecentRun } from '~/data/types'
import { cx } from './cx'
import { STATUSES, type Status, statusOf } from './status'
import { duration, relativeTime, useNow } from './time'

/** A tick's fill and shape: how a run ended can be seen without colour too. */
const TICKS: Record<Status, string> = {
  succeeded: 'h-4 bg-succeeded',
  running: 'h-4 border-2 border-running motion-safe:animate-pulse',
  waiting: 'h-4 border-2 border-waiting',
  caught: 'h-4 bg-caught',
  failed: 'h-4 bg-failed [clip-path:polygon(0_0,100%_0,100%_36%,0_36%,0_64%,100%_64%,100%_100%,0_100%)]',
  timedOut: 'h-4 bg-failed [clip-path:polygon(0_0,100%_0,60%_50%,100%_100%,0_100%,40%_50%)]',
  aborted: 'h-2 bg-aborted',
  redrive: 'h-4 border-2 border-failed',
  notReached: 'h-1 bg-line-strong',
}

/** The newest runs, the newest at the right; each is a link. One stop for the keyboard: arrows go on. */
export function RunStrip({ runs, name }: { runs: readonly RecentRun[]; name: string }) {
  const [current, setCurrent] = useState<string>()
  const now = useNow()
  if (runs.length === 0) return <span className="text-muted">–</span>
  const shown = [...runs].reverse()
  const stop = shown.some(run => run.executionArn === current) ? current : runs[0]?.executionArn
  return (
    <ul aria-label={`Newest runs of ${name}`} className="flex h-6 items-center" onKeyDown={step}>
      {shown.map(run => {
        const status = statusOf(run.status)
        const took =
          run.stopDate === undefined ? '' : ` in ${duration((run.stopDate - run.startDate) * 1000)}`
        const words = `${run.name}: ${STATUSES[status].word}${took}, started ${relativeTime(run.startDate, now)}`
        return (
          <li key={run.executionArn} className="flex">
            <Link
              to="/executions/$arn"
              params={{ arn: run.executionArn }}
              preload={false}
              aria-label={words}
              title={words}
              tabIndex={run.executionArn === stop ? 0 : -1}
              onFocus={() => setCurrent(run.executionArn)}
              data-execution-id={run.executionArn}
              data-status={run.status}
              className="flex h-6 w-2.5 items-center justify-center rounded-[3px] hover:bg-selected"
            >
              <span aria-hidden="true" className={cx('w-1.5 rounded-[2px]', TICKS[status])} />
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

function step(event: KeyboardEvent<HTMLElement>) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (!by) return
  const links = [...event.currentTarget.querySelectorAll('a')]
  const at = links.findIndex(link => link.contains(document.activeElement))
  links[at + by]?.focus()
  event.preventDefault()
}
