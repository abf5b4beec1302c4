import { useQuery } from '@tanstack/react-query'
import { aws } from '~/data/client'
import { executionPage } from '~/data/executions'
import type { Execution } from '~/data/types'

export interface RecentInput {
  execution: string
  name: string
  status: string
  at: number
  input: string
}

/** How many executions are looked at for their inputs. */
const LOOKED_AT = 12

/** Inputs of the newest executions of a machine, each input once, by whitespace's leave. */
export function useRecentInputs(machine: string | undefined) {
  return useQuery({
    queryKey: ['recent-inputs', machine],
    enabled: machine !== undefined,
    queryFn: async ({ signal }) => {
      const { executions } = await executionPage({ machine }, undefined, signal, LOOKED_AT)
      const described = await Promise.all(
        executions.map(({ executionArn }) =>
          aws<Execution>('DescribeExecution', { executionArn }, { signal }).catch(() => undefined),
        ),
      )
      return distinct(described.filter(one => one !== undefined))
    },
  })
}

export function distinct(executions: readonly Execution[]): RecentInput[] {
  const seen = new Map<string, RecentInput>()
  for (const { executionArn, name, status, startDate, input } of executions) {
    if (input === undefined) continue
    const key = squeezed(input)
    if (!seen.has(key)) seen.set(key, { execution: executionArn, name, status, at: startDate, input })
  }
  return [...seen.values()]
}

function squeezed(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}
