import type { ReactNode } from 'react'
import { cx } from '~/ui/cx'
import { Sparkline } from '~/ui/sparkline'
import { StatusGlyph } from '~/ui/status'
import { Tile } from '~/ui/tile'
import { duration, exactTime, relativeTime, useNow, useUtc } from '~/ui/time'
import { bytesText, millisText, ratesOf, type Sample, type System, seriesOf } from './samples'

/** Figures as tiles; what the server does not know has none. */
export function Tiles({ system, samples }: { system: System; samples: Sample[] }) {
  const now = useNow()
  const utc = useUtc()
  const { commits, timers, tasksWaiting, store, workers } = system
  const series = (read: (of: System) => number | undefined) => seriesOf(samples, read)
  const mailbox = (of: System) => of.workers?.reduce((sum, worker) => sum + worker.mailbox, 0)
  const open = (of: System) => of.workers?.reduce((sum, worker) => sum + worker.openExecutions, 0)
  const rates = ratesOf(samples, of => of.commits?.count)
  return (
    <div className="grid grid-cols-1 gap-3 min-[480px]:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
      <Health system={system} />
      <Tile name="Version">
        <Big>{system.version}</Big>
        <Small>
          up for {duration(Math.max(0, now - system.startedAt) * 1000)}, since{' '}
          {exactTime(system.startedAt, utc).slice(0, 19)}
        </Small>
      </Tile>
      {commits && (
        <Figure
          name="Commits"
          value={rates.length > 0 ? `${Math.round(rates.at(-1) ?? 0).toLocaleString('en')}/s` : '–'}
          values={rates}
        >
          {commits.count.toLocaleString('en')} of {commits.batches.toLocaleString('en')} decisions
          {commits.groupP50 !== undefined && `, ${commits.groupP50} in a usual one`}
        </Figure>
      )}
      {commits?.p99Millis !== undefined && (
        <Figure
          name="Commit latency, p99"
          value={millisText(commits.p99Millis)}
          values={series(of => of.commits?.p99Millis)}
        >
          {commits.p50Millis !== undefined && `p50 ${millisText(commits.p50Millis)}`}
          {commits.maxMillis !== undefined && `, at most ${millisText(commits.maxMillis)}`}
        </Figure>
      )}
      {workers && (
        <Figure
          name="Open executions"
          value={open(system)?.toLocaleString('en') ?? '–'}
          values={series(open)}
        >
          {system.expressRunning !== undefined &&
            `${system.expressRunning.toLocaleString('en')} Express at work`}
        </Figure>
      )}
      {workers && (
        <Figure
          name="Mailboxes"
          value={mailbox(system)?.toLocaleString('en') ?? '–'}
          values={series(mailbox)}
        >
          waiting for {workers.length} {workers.length === 1 ? 'worker' : 'workers'}
          {system.shards !== undefined && `, ${system.shards.toLocaleString('en')} shards`}
        </Figure>
      )}
      {timers && (
        <Figure
          name="Timers due"
          value={timers.due.toLocaleString('en')}
          values={series(of => of.timers?.due)}
        >
          {timers.next === undefined ? 'none is set' : `the next ${relativeTime(timers.next, now)}`}
        </Figure>
      )}
      {system.callsOut !== undefined && (
        <Figure
          name="Calls out"
          value={system.callsOut.toLocaleString('en')}
          values={series(of => of.callsOut)}
        >
          to functions and services
        </Figure>
      )}
      {tasksWaiting && <Waiting {...tasksWaiting} />}
      {store && (
        <Figure
          name="Store"
          value={store.bytes === undefined ? store.kind : bytesText(store.bytes)}
          values={series(of => of.store?.bytes)}
        >
          {store.kind === 'memory' ? 'in memory: nothing is kept when it ends' : store.path}
          {store.executions !== undefined && `, ${store.executions.toLocaleString('en')} executions`}
        </Figure>
      )}
    </div>
  )
}

function Health({ system }: { system: System }) {
  const { health } = system
  if (!health) return null
  const well = health.status === 'ok'
  return (
    <Tile name="Health">
      <Big>
        <span className={cx('inline-flex items-center gap-2', well ? 'text-succeeded' : 'text-failed')}>
          <span aria-hidden="true">
            <StatusGlyph status={well ? 'succeeded' : 'failed'} size={18} />
          </span>
          {well ? 'Well' : health.status}
        </span>
      </Big>
      <Small>{health.message ?? (well ? 'It takes requests and commits.' : '')}</Small>
    </Tile>
  )
}

/** A server may not count what waits for a token: then the sum is not known either. */
function Waiting({ tokens, activities }: NonNullable<System['tasksWaiting']>) {
  if (tokens === undefined && activities === undefined) return null
  const forToken = tokens !== undefined && `${tokens.toLocaleString('en')} for a token`
  const forWorker = activities !== undefined && `${activities.toLocaleString('en')} for a worker`
  const name =
    tokens === undefined
      ? 'Tasks for workers'
      : activities === undefined
        ? 'Tasks for a token'
        : 'Tasks waiting'
  return (
    <Tile name={name}>
      <Big>{((tokens ?? 0) + (activities ?? 0)).toLocaleString('en')}</Big>
      <Small>{forToken && forWorker ? `${forToken}, ${forWorker}` : 'waiting'}</Small>
    </Tile>
  )
}

function Figure(props: { name: string; value: string; values: number[]; children?: ReactNode }) {
  return (
    <Tile name={props.name}>
      <Big>{props.value}</Big>
      <Sparkline values={props.values} />
      <Small>{props.children}</Small>
    </Tile>
  )
}

function Big({ children }: { children: ReactNode }) {
  return <p className="truncate text-title font-strong">{children}</p>
}

function Small({ children }: { children: ReactNode }) {
  return <p className="mt-auto min-h-4 break-words text-label text-muted">{children}</p>
}
