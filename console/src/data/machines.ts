import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { aws, own } from './client'
import type { Machine, MachineRow } from './types'

/** State machines by name, a page at a time. */
export function useMachines(search: string | undefined, size = 50) {
  return useInfiniteQuery({
    queryKey: ['live', 'machines', search ?? '', size],
    queryFn: ({ pageParam, signal }) =>
      own<{ stateMachines: MachineRow[]; nextToken?: string }>(
        'machines',
        { search, maxResults: size, nextToken: pageParam },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextToken,
    placeholderData: before => before,
  })
}

/** One machine, a version or what an alias points to, with its definition. */
export function useMachine(arn: string | undefined) {
  return useQuery({
    queryKey: ['machine', arn],
    queryFn: ({ signal }) => aws<Machine>('DescribeStateMachine', { stateMachineArn: arn }, { signal }),
    enabled: arn !== undefined,
  })
}

interface Version {
  stateMachineVersionArn: string
  creationDate: number
}

interface AliasName {
  stateMachineAliasArn: string
  creationDate: number
}

export function useVersions(arn: string | undefined) {
  return useQuery({
    queryKey: ['versions', arn],
    queryFn: ({ signal }) =>
      everyPage<Version>('ListStateMachineVersions', 'stateMachineVersions', arn, signal),
    enabled: arn !== undefined,
  })
}

export function useAliases(arn: string | undefined) {
  return useQuery({
    queryKey: ['aliases', arn],
    queryFn: ({ signal }) =>
      everyPage<AliasName>('ListStateMachineAliases', 'stateMachineAliases', arn, signal),
    enabled: arn !== undefined,
  })
}

async function everyPage<T>(operation: string, key: string, arn: string | undefined, signal: AbortSignal) {
  const all: T[] = []
  let nextToken: string | undefined
  do {
    const page: Record<string, unknown> = await aws(
      operation,
      { stateMachineArn: arn, maxResults: 1000, nextToken },
      { signal },
    )
    all.push(...(page[key] as T[]))
    nextToken = page.nextToken as string | undefined
  } while (nextToken)
  return all
}
