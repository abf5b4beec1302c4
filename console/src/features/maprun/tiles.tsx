import type { ExecutionRow } from '~/data/types'
import { Sparkline } from '~/ui/sparkline'
import { Tile } from '~/ui/tile'
import { duration, useNow } from '~/ui/time'
import { gaugeOf, rateText, throughputOf } from './figures'
import type { MapRun } from './types'

/** How much of what is tolerated is used up. */
export function ToleranceTile({ run }: { run: MapRun }) {
  const gauge = gaugeOf(run)
  return (
    <Tile name="Failures tolerated">
      <p className="text-title font-strong">
        <span className={gauge.exceeded ? 'text-failed' : undefined}>
          {gauge.failed.toLocaleString('en')}
        </span>
        <span className="text-body font-normal text-muted"> of {gauge.limit.toLocaleString('en')}</span>
      </p>
      <meter
        aria-label="Failures tolerated"
        min={0}
        max={Math.max(gauge.limit, gauge.failed, 1)}
        value={gauge.failed}
        className="sr-only"
      />
      <div aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-hover">
        <div
          className={`h-full rounded-full ${gauge.exceeded ? 'bg-failed' : gauge.used > 0.8 ? 'bg-caught' : 'bg-ink'}`}
          style={{ width: `${gauge.used * 100}%` }}
        />
      </div>
      <p className="text-label text-muted">
        {gauge.exceeded ? `More than is tolerated (${gauge.words}).` : `Tolerated: ${gauge.words}.`}
      </p>
    </Tile>
  )
}

/** Items that end in a second, over the time of the run. */
export function ThroughputTile({ run, rows, whole }: { run: MapRun; rows: ExecutionRow[]; whole: boolean }) {
  const now = useNow()
  const end = run.stopDate ?? Math.max(now, run.startDate + 1)
  const { rates, mean, peak, slice } = throughputOf(rows, run.startDate, end)
  return (
    <Tile name="Throughput">
      <p className="text-title font-strong">
        {rateText(mean)}
        <span className="text-body font-normal text-muted"> items/s on average</span>
      </p>
      <Sparkline values={rates} />
      <p className="text-label text-muted">
        {rateText(peak)} at most, in slices of {duration(slice * 1000)}
        {!whole && `; of the newest ${rows.length.toLocaleString('en')} children`}
      </p>
    </Tile>
  )
}

/** How many items are done, and how long it has taken. */
export function ProgressTile({ run }: { run: MapRun }) {
  const now = useNow()
  const { total, succeeded, failed, timedOut, aborted } = run.itemCounts
  const done = succeeded + failed + timedOut + aborted
  const took = ((run.stopDate ?? Math.max(now, run.startDate)) - run.startDate) * 1000
  return (
    <Tile name="Items">
      <p className="text-title font-strong">
        {done.toLocaleString('en')}
        <span className="text-body font-normal text-muted"> of {total.toLocaleString('en')} done</span>
      </p>
      <progress
        aria-label="Items done"
        value={done}
        max={Math.max(total, 1)}
        className="h-2 w-full overflow-hidden rounded-full [&::-moz-progress-bar]:bg-ink [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-ink"
      />
      <p className="text-label text-muted">
        {duration(took)}
        {run.itemCounts.resultsWritten > 0 &&
          `, ${run.itemCounts.resultsWritten.toLocaleString('en')} results written`}
        {Boolean(run.redriveCount) && `, redriven ${run.redriveCount} times`}
      </p>
    </Tile>
  )
}
