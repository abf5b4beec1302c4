import { useQuery } from '@tanstack/react-query'
import { aws } from '~/data/client'
import { executionPage } from '~/data/executions'
import type { ExecutionFilter } from '~/data/filter'
import type { ExecutionRow } from '~/data/types'
import type { MapRun } from './types'

const PAGE = 1000
/** Children that are looked at one by one; of larger runs the counts tell the rest. */
export const CHILDREN_MAX = 20_000
/** Failures that are grouped. */
export const FAILURES_MAX = 5000

export function useMapRun(arn: string) {
  return useQuery({
    queryKey: ['live', 'maprun', arn],
    queryFn: ({ signal }) => aws<MapRun>('DescribeMapRun', { mapRunArn: arn }, { signal }),
    refetchInterval: query => (query.state.data?.status === 'RUNNING' ? 1500 : false),
  })
}

/** Children, newest first. While the run goes on they are asked for again: the more, the less often. */
export function useChildren(run: MapRun) {
  return useQuery({
    queryKey: ['maprun-children', run.mapRunArn, run.status, run.redriveCount],
    queryFn: ({ signal }) => pages({ mapRun: run.mapRunArn }, CHILDREN_MAX, signal),
    refetchInterval: query =>
      run.status === 'RUNNING' ? 2000 + Math.round((query.state.data?.length ?? 0) * 1.5) : false,
    placeholderData: before => before,
  })
}

export function useFailures(run: MapRun) {
  const failed = run.executionCounts.failed + run.executionCounts.timedOut
  return useQuery({
    queryKey: ['maprun-failures', run.mapRunArn, failed],
    queryFn: ({ signal }) =>
      pages({ mapRun: run.mapRunArn, status: ['FAILED', 'TIMED_OUT'] }, FAILURES_MAX, signal),
    enabled: failed > 0,
    placeholderData: before => before,
  })
}

async function pages(filter: ExecutionFilter, most: number, signal: AbortSignal) {
  const rows: ExecutionRow[] = []
  let token: string | undefined
  do {
    const page = await executionPage(filter, token, signal, PAGE)
    rows.push(...page.executions)
    token = page.nextToken
  } while (token && rows.length < most)
  return rows
}
