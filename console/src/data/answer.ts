import { useMutation, useQueryClient } from '@tanstack/react-query'
import { aws } from './client'
import { Failure } from './failure'

/** What is sent for a token. */
export type Answer =
  | { kind: 'succeed'; output: string }
  | { kind: 'fail'; error: string; cause: string }
  | { kind: 'heartbeat' }

/** Answers for a task. After a success or a failure the task is over, and the inbox is asked for again. */
export function useAnswer(token: string, onDone: (answer: Answer) => void) {
  const queries = useQueryClient()
  return useMutation<unknown, Error, Answer>({
    mutationFn: answer => {
      if (answer.kind === 'succeed')
        return aws('SendTaskSuccess', { taskToken: token, output: answer.output })
      if (answer.kind === 'heartbeat') return aws('SendTaskHeartbeat', { taskToken: token })
      const { error, cause } = answer
      return aws('SendTaskFailure', {
        taskToken: token,
        error: error || undefined,
        cause: cause || undefined,
      })
    },
    onSuccess: (_, answer) => {
      onDone(answer)
      void queries.invalidateQueries({ queryKey: ['live'] })
    },
    onError: error => {
      if (isOver(error)) void queries.invalidateQueries({ queryKey: ['live', 'tasks'] })
    },
  })
}

/** AWS's two words for a task that takes no answer any more. */
export function isOver(error: unknown): boolean {
  return error instanceof Failure && (error.code === 'TaskTimedOut' || error.code === 'TaskDoesNotExist')
}

/** What approving sends: what is typed, with the decision on top. */
export function approval(extra: string, comment: string): string {
  const typed: unknown = JSON.parse(extra)
  const base = typeof typed === 'object' && typed !== null && !Array.isArray(typed) ? typed : { value: typed }
  return JSON.stringify({ ...base, approved: true, ...(comment ? { comment } : {}) })
}
