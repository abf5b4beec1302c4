import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { aws } from '~/data/client'
import type { OpenTask } from '~/data/types'

export interface Activity {
  activityArn: string
  name: string
  creationDate: number
}

export function useActivities() {
  return useInfiniteQuery({
    queryKey: ['activities'],
    queryFn: ({ pageParam, signal }) =>
      aws<{ activities: Activity[]; nextToken?: string }>(
        'ListActivities',
        { maxResults: 100, nextToken: pageParam },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextToken,
  })
}

export function useActivityChange(onDone: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Error, { create: string } | { remove: string }>({
    mutationFn: change =>
      'create' in change
        ? aws('CreateActivity', { name: change.create })
        : aws('DeleteActivity', { activityArn: change.remove }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['activities'] })
      onDone()
    },
  })
}

/** Tasks by the activity that they are for; those that wait for tokens of services are not among them. */
export function byActivity(tasks: readonly OpenTask[]): Map<string, OpenTask[]> {
  const found = new Map<string, OpenTask[]>()
  for (const task of tasks) {
    if (task.waitsFor === 'TOKEN') continue
    found.set(task.resource, [...(found.get(task.resource) ?? []), task])
  }
  return found
}
