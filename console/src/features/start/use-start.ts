import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { aws } from '~/data/client'
import type { MachineType } from '~/data/types'
import { notify } from '~/ui/feedback'
import { keepDraft, type StartDraft } from './kept'

/** What a synchronous execution came to. */
export interface SyncAnswer {
  executionArn: string
  name?: string
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'
  startDate: number
  stopDate: number
  output?: string
  error?: string
  cause?: string
  billingDetails?: { billedDurationInMilliseconds?: number; billedMemoryUsedInMB?: number }
}

interface Wish {
  draft: StartDraft
  type: MachineType
  /** Express only: answers with the result. */
  wait: boolean
}

/** Starts; a Standard execution is opened at once, as it has a page of its own. */
export function useStart(machine: string) {
  const go = useNavigate()
  const queries = useQueryClient()
  return useMutation<SyncAnswer | undefined, Error, Wish>({
    mutationFn: async ({ draft, type, wait }) => {
      const request = {
        stateMachineArn: draft.qualifier || machine,
        name: draft.name.trim() || undefined,
        input: draft.input,
      }
      if (type === 'EXPRESS' && wait) return aws<SyncAnswer>('StartSyncExecution', request)
      const { executionArn } = await aws<{ executionArn: string }>('StartExecution', request)
      void queries.invalidateQueries({ queryKey: ['live'] })
      void queries.invalidateQueries({ queryKey: ['recent-inputs', machine] })
      if (type === 'EXPRESS') {
        notify(
          'It was started. It is in the list of executions once it is over, where Express executions are kept.',
        )
        return undefined
      }
      keepDraft(machine, { ...draft, name: '' })
      await go({ to: '/executions/$arn', params: { arn: executionArn } })
      return undefined
    },
  })
}
