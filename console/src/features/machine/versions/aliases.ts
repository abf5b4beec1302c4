import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { aws } from '~/data/client'
import { useAliases } from '~/data/machines'

export interface Route {
  stateMachineVersionArn: string
  weight: number
}

export interface Alias {
  stateMachineAliasArn: string
  name: string
  description?: string
  routingConfiguration: Route[]
  creationDate: number
  updateDate?: number
}

/** Aliases of a machine with their routes. */
export function useAliasDetails(arn: string) {
  const names = useAliases(arn)
  const details = useQueries({
    queries: (names.data ?? []).map(({ stateMachineAliasArn }) => ({
      queryKey: ['alias', stateMachineAliasArn],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        aws<Alias>('DescribeStateMachineAlias', { stateMachineAliasArn }, { signal }),
    })),
  })
  return {
    aliases: details.map(detail => detail.data).filter(alias => alias !== undefined),
    error: names.error ?? details.find(detail => detail.error)?.error ?? undefined,
    isPending: names.isPending,
  }
}

/** Changes versions and aliases, and reads again what depends on them. */
export function useVersionChange(arn: string, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Error, { operation: string; input: object }>({
    mutationFn: ({ operation, input }) => aws(operation, input),
    onSuccess: () => {
      for (const key of [['versions', arn], ['aliases', arn], ['alias']]) {
        void queries.invalidateQueries({ queryKey: key })
      }
      onDone()
    },
  })
}

/** Two weights that make 100; the second one is what the first leaves. Nothing for what is no weight. */
export function weights(first: string): [number, number] | undefined {
  if (!/^\d{1,3}$/.test(first.trim())) return undefined
  const weight = Number(first)
  return weight <= 100 ? [weight, 100 - weight] : undefined
}
