import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { own } from './client'
import { Failure } from './failure'
import { absorb, belongs, type ExecutionFilter, questionOf, withChanges } from './filter'
import { onChanges } from './live'
import type { ExecutionRow } from './types'

const PAGE = 100

interface Page {
  executions: ExecutionRow[]
  nextToken?: string
}

export function executionPage(
  filter: ExecutionFilter,
  nextToken?: string,
  signal?: AbortSignal,
  size = PAGE,
) {
  const question = questionOf(filter, Date.now() / 1000)
  return own<Page>('executions', { ...question, maxResults: size, nextToken }, { signal })
}

interface Older {
  rows: ExecutionRow[]
  /** Where the next older page begins; `undefined` before the first, null behind the last. */
  token: string | null | undefined
  /** Counts how often the list began anew; older pages that were asked for before are of no use then. */
  turn: number
}

export interface ExecutionList {
  rows: ExecutionRow[]
  /** Nothing is known yet. */
  waiting: boolean
  failure?: Failure
  more: boolean
  loading: boolean
  loadMore: () => void
  again: () => void
}

/** Executions, newest first. The newest page is kept live; older pages are asked for once, and their rows
 * follow the feed of changes. The caller gives a component of its own to each filter (by `key`). */
export function useExecutionList(filter: ExecutionFilter): ExecutionList {
  const head = useQuery({
    queryKey: ['live', 'executions', filter],
    queryFn: ({ signal }) => executionPage(filter, undefined, signal),
    // The feed of changes leaves children of Map Runs out.
    refetchInterval: filter.mapRun ? 3000 : false,
  })
  const [older, setOlder] = useState<Older>({ rows: [], token: undefined, turn: 0 })
  const [loading, setLoading] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  const busy = useRef(false)

  useEffect(() => {
    const page = head.data
    if (!page) return
    setOlder(now => {
      // Nothing is older than this page: it is the whole list.
      if (page.nextToken === undefined) return { rows: page.executions, token: undefined, turn: now.turn + 1 }
      const { rows, gap } = absorb(now.rows, page.executions)
      return gap ? { rows: page.executions, token: undefined, turn: now.turn + 1 } : { ...now, rows }
    })
  }, [head.data])

  useEffect(
    () =>
      onChanges(changes => {
        setOlder(now => ({ ...now, rows: withChanges(now.rows, changes) }))
      }),
    [],
  )

  const token = older.token === undefined ? head.data?.nextToken : (older.token ?? undefined)
  const loadMore = useCallback(async () => {
    if (busy.current || !token) return
    busy.current = true
    setLoading(true)
    setFailure(undefined)
    try {
      const page = await executionPage(filter, token)
      setOlder(now =>
        now.turn === older.turn
          ? { ...now, rows: absorb(now.rows, page.executions).rows, token: page.nextToken ?? null }
          : now,
      )
    } catch (error) {
      if (error instanceof Failure) setFailure(error)
    }
    setLoading(false)
    busy.current = false
  }, [filter, token, older.turn])

  return {
    rows: older.rows.filter(row => belongs(row, filter)),
    waiting: head.isPending,
    failure: failure ?? (head.error instanceof Failure ? head.error : undefined),
    more: token !== undefined,
    loading: loading || head.isPending,
    loadMore,
    again: () => (failure ? void loadMore() : void head.refetch()),
  }
}
