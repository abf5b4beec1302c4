import type { Seconds } from '~/data/types'
import { duration } from '~/ui/time'
import { drawn, type Scale, ticksOf, type View } from './scale'

/** Drawn seconds to a percentage of the width. */
const place = (view: View, at: number) => ((at - view.from) / (view.to - view.from)) * 100

/** The time axis: offsets from the start, and breaks with their length. */
export function Axis({ scale, view, width }: { scale: Scale; view: View; width: number }) {
  const ticks = ticksOf(scale, view, ((view.to - view.from) * 84) / Math.max(width, 84))
  return (
    <div aria-hidden="true" className="relative h-full overflow-hidden text-label text-muted">
      {ticks.map(tick => (
        <span
          key={tick.at}
          className="absolute inset-y-0 border-line border-l pt-1 pl-1 whitespace-nowrap"
          style={{ left: `${place(view, tick.place)}%` }}
        >
          {place(view, tick.place) < 100 - 4200 / Math.max(width, 84) &&
            label(tick.at - scale.from, (view.to - view.from) / 10)}
        </span>
      ))}
      {scale.breaks.map(gap => {
        const left = place(view, drawn(scale, gap.from))
        const right = place(view, drawn(scale, gap.to))
        if (right < 0 || left > 100) return null
        return (
          <span
            key={gap.from}
            title={`Nothing ran for ${duration((gap.to - gap.from) * 1000)}`}
            className="tl-break absolute inset-y-0 flex items-center justify-center overflow-hidden bg-surface text-[11px] whitespace-nowrap"
            style={{ left: `${left}%`, width: `${right - left}%` }}
          >
            <span className="rounded-full bg-surface px-1">{duration((gap.to - gap.from) * 1000)}</span>
          </span>
        )
      })}
    </div>
  )
}

/** Lines of the axis behind the rows. */
export function Rules({ scale, view, width }: { scale: Scale; view: View; width: number }) {
  const ticks = ticksOf(scale, view, ((view.to - view.from) * 84) / Math.max(width, 84))
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0 overflow-hidden">
      {ticks.map(tick => (
        <span
          key={tick.at}
          className="absolute inset-y-0 border-line border-l opacity-60"
          style={{ left: `${place(view, tick.place)}%` }}
        />
      ))}
      {scale.breaks.map(gap => (
        <span
          key={gap.from}
          className="tl-break absolute inset-y-0"
          style={{
            left: `${place(view, drawn(scale, gap.from))}%`,
            width: `${place(view, drawn(scale, gap.to)) - place(view, drawn(scale, gap.from))}%`,
          }}
        />
      ))}
    </div>
  )
}

/** An offset, as exact as the step needs it. */
function label(seconds: Seconds, step: number): string {
  if (seconds < 1e-6) return '0'
  if (seconds < 60) {
    if (step < 0.1) return `${Math.round(seconds * 1e4) / 10} ms`
    return `${Math.round(seconds * 100) / 100} s`
  }
  return duration(seconds * 1000)
}
