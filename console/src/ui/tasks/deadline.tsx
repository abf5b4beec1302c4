import { cx } from '../cx'
import { duration, exactTime, useNow, useUtc } from '../time'

/** How long is left; it says so in time: the last hour is coloured. */
export function Deadline({ at }: { at: number | undefined }) {
  const now = useNow()
  const utc = useUtc()
  if (at === undefined) return <span className="text-muted">none</span>
  const left = at - now
  return (
    <time
      dateTime={new Date(at * 1000).toISOString()}
      title={exactTime(at, utc)}
      className={cx('whitespace-nowrap', left < 60 ? 'text-failed' : left < 3600 && 'text-caught')}
    >
      {left > 0 ? `${duration(Math.ceil(left) * 1000)} left` : 'over'}
    </time>
  )
}
