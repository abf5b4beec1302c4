import { CircleX, TriangleAlert } from 'lucide-react'
import { useProblems } from './context'

/** How many errors and warnings there are, small. */
export function ProblemCounts() {
  const { problems, state } = useProblems()
  const errors = problems.filter(problem => problem.severity === 'error').length
  const warnings = problems.length - errors
  return (
    <span className="inline-flex items-center gap-2" data-testid="problem-counts" data-state={state}>
      Problems
      {errors > 0 && (
        <span className="inline-flex items-center gap-1 text-failed">
          <CircleX size={14} aria-hidden="true" />
          {errors} <span className="sr-only">errors</span>
        </span>
      )}
      {warnings > 0 && (
        <span className="inline-flex items-center gap-1 text-caught">
          <TriangleAlert size={14} aria-hidden="true" />
          {warnings} <span className="sr-only">warnings</span>
        </span>
      )}
      {problems.length === 0 && <span className="text-muted">{state === 'checked' ? '0' : '…'}</span>}
    </span>
  )
}
