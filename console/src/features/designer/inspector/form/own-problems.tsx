import { useProblems } from '../../problems/context'
import { pointerOf } from './problems'

/** What is wrong with an object as a whole, and with none of its fields. */
export function OwnProblems({ at }: { at: string }) {
  const { problems } = useProblems()
  return problems
    .filter(problem => pointerOf(problem.location) === at)
    .map((problem, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: two problems may be alike in everything
      <p key={index} className="m-0 text-label text-failed" data-testid="own-problem">
        {problem.message}
        {problem.help && ` (${problem.help})`}
      </p>
    ))
}
