import { useInfiniteQuery } from '@tanstack/react-query'
import { own } from './client'
import type { OpenTask } from './types'

interface Page {
  tasks: OpenTask[]
  nextToken?: string
}

/** Tasks that wait for a token or a worker. Their coming and going is no change of an execution, so they
 * are also asked for every few seconds. */
export function useTasks(machine?: string) {
  return useInfiniteQuery({
    queryKey: ['live', 'tasks', machine ?? ''],
    queryFn: ({ pageParam, signal }) =>
      own<Page>(
        'tasks',
        { details: true, stateMachineArn: machine, maxResults: 100, nextToken: pageParam },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextToken,
    refetchInterval: 3000,
  })
}
