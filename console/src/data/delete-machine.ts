import { useMutation, useQueryClient } from '@tanstack/react-query'
import { aws } from './client'
import type { Failure } from './failure'

/** Deletes a machine with its versions and aliases. AWS says `DELETING` until its executions have ended. */
export function useDeleteMachine(onDone: () => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: stateMachineArn => aws('DeleteStateMachine', { stateMachineArn }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['live'] })
      onDone()
    },
  })
}
