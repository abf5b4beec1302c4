import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { nameOf } from '~/data/arn'
import { Failure } from '~/data/failure'
import { Button } from '~/ui/button'
import { ExecutionPanel } from '~/ui/executions/panel'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { StatusBadge, statusOf } from '~/ui/status'
import { gridOf } from './cells'
import { CHILDREN_MAX, useChildren, useMapRun } from './data'
import { Failures } from './failures'
import { HeatGrid } from './grid'
import { Legend, summary } from './legend'
import { LimitsTile } from './limits'
import { ProgressTile, ThroughputTile, ToleranceTile } from './tiles'
import type { MapRun } from './types'

const route = getRouteApi('/mapruns/$arn')

/** A Map Run: all its children at a glance, and what can be turned while it goes on. */
export function MapRunScreen() {
  const { arn } = route.useParams()
  const described = useMapRun(arn)
  const run = described.data
  return (
    <Page
      title={`Map Run ${/\/([^:]+):/.exec(arn)?.[1] ?? ''}`}
      data-testid="maprun"
      path={
        run && (
          <>
            <Link
              to="/executions/$arn"
              params={{ arn: run.executionArn }}
              className="truncate text-muted hover:underline"
              data-testid="parent"
            >
              {nameOf(run.executionArn)}
            </Link>
            <span className="text-muted" aria-hidden="true">
              /
            </span>
          </>
        )
      }
      actions={
        run && (
          <>
            <StatusBadge status={statusOf(run.status)} />
            <Link to="/executions" search={{ mapRun: arn }} className="contents">
              <Button excludeFromTabOrder>All children</Button>
            </Link>
          </>
        )
      }
    >
      {described.error instanceof Failure && (
        <FailureBox
          failure={described.error}
          what="The Map Run cannot be read."
          onRetry={() => void described.refetch()}
        />
      )}
      {described.isPending && <Loading />}
      {run && <Content run={run} />}
    </Page>
  )
}

function Content({ run }: { run: MapRun }) {
  const children = useChildren(run)
  const [table, setTable] = useState(false)
  const grid = useMemo(
    () => gridOf(children.data ?? [], run.executionCounts),
    [children.data, run.executionCounts],
  )
  const rows = children.data ?? []
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <ProgressTile run={run} />
        <ToleranceTile run={run} />
        <ThroughputTile run={run} rows={rows} whole={rows.length < CHILDREN_MAX} />
        <LimitsTile run={run} />
      </div>
      {children.error instanceof Failure && (
        <FailureBox
          failure={children.error}
          what="The children cannot be read."
          onRetry={() => void children.refetch()}
        />
      )}
      <section aria-label="Children" className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h2 className="font-strong">Children</h2>
          <Legend run={run} />
          <Button small className="ml-auto" onPress={() => setTable(!table)} data-testid="as-table">
            {table ? 'As a grid' : 'As a table'}
          </Button>
        </div>
        {table ? (
          <div className="flex h-96 flex-col">
            <ExecutionPanel
              filter={{ mapRun: run.mapRunArn }}
              withMachine={false}
              empty={<Empty title="No child has been started" />}
            />
          </div>
        ) : (
          <div className="rounded-control border border-line bg-surface p-3">
            <HeatGrid grid={grid} label={summary(run)} />
          </div>
        )}
      </section>
      <Failures run={run} />
    </div>
  )
}
