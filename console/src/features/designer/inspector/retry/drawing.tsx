import { duration } from '~/ui/time'
import type { RetryDelays } from './delays'

const HEIGHT = 48
const STEP = 14

/** The waits as bars, one a retry; with jitter they are hollow: the wait is anywhere in them. */
export function Delays({ delays: found }: { delays: RetryDelays | undefined }) {
  if (!found) return null
  const { delays, more, jitter, total } = found
  if (delays.length === 0) return <p className="m-0 text-label text-muted">It is never tried again.</p>
  const most = Math.max(...delays, Number.MIN_VALUE)
  const words = delays.slice(0, 6).map(said).join(', ')
  const rest = delays.length + more > 6 ? ', …' : ''
  return (
    <figure className="m-0 flex flex-col gap-1" data-testid="retry-delays">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${delays.length * STEP} ${HEIGHT}`}
        width={delays.length * STEP}
        height={HEIGHT}
        className="max-w-full border-line border-b"
      >
        {delays.map((delay, index) => {
          const height = Math.max(2, (delay / most) * (HEIGHT - 2))
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the retry of that number
              key={index}
              x={index * STEP + 2}
              y={HEIGHT - height}
              width={STEP - 4}
              height={height}
              className={
                jitter
                  ? 'fill-(--state-running-tint) stroke-(--state-running) [stroke-dasharray:3_2]'
                  : 'fill-(--state-running)'
              }
            />
          )
        })}
      </svg>
      <figcaption className="text-label text-muted">
        {jitter ? 'Up to ' : 'Waits '}
        {words}
        {rest}; together {jitter && 'at most '}
        {said(total)}.
      </figcaption>
    </figure>
  )
}

function said(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'for ever'
  return seconds < 60 ? `${Number(seconds.toFixed(2))} s` : duration(seconds * 1000)
}
