import { CircleX, TriangleAlert } from 'lucide-react'
import { useDocument } from '../document/context'
import { useProblems } from './context'
import { type Problem, plain } from './problems'

/** Longer lists are cut: who has a thousand problems begins with the first ones. */
const SHOWN_MAX = 300

/** What the server says is wrong. A click leads to the state and to the text. */
export function ProblemsList({ onGo }: { onGo: (problem: Problem) => void }) {
  const { problems, state } = useProblems()
  const { document, reading } = useDocument()
  if (problems.length === 0) {
    const word = {
      checking: 'Checking…',
      checked: 'No problems',
      away: 'The server cannot be asked just now.',
    }
    return <p className="px-4 py-3 text-muted">{word[state]}</p>
  }
  const { doc } = document.editorState
  const line = (at: number) => doc.lineAt(Math.min(at, doc.length)).number
  return (
    <ul aria-label="Problems" className="flex flex-col py-1" data-testid="problems">
      {problems.slice(0, SHOWN_MAX).map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems may be alike in everything
        <li key={index}>
          <button
            type="button"
            onClick={() => onGo(problem)}
            data-testid="problem"
            className="flex w-full cursor-pointer items-start gap-2 px-4 py-1 text-left outline-offset-[-2px] hover:bg-hover max-sm:min-h-11"
          >
            <Severity severity={problem.severity} />
            <span className="min-w-0 flex-1 break-words">
              {plain(problem.message)}
              {problem.help && <span className="block text-label text-muted">{problem.help}</span>}
            </span>
            <span className="shrink-0 text-right text-label text-muted">
              {problem.state !== undefined && (
                <span className="block max-w-48 truncate">
                  {reading.program?.states.get(problem.state)?.name}
                </span>
              )}
              line {line(problem.start)}
            </span>
          </button>
        </li>
      ))}
      {problems.length > SHOWN_MAX && (
        <li className="px-4 py-1 text-muted">and {problems.length - SHOWN_MAX} more</li>
      )}
    </ul>
  )
}

function Severity({ severity }: { severity: string }) {
  return severity === 'error' ? (
    <CircleX size={16} className="mt-0.5 shrink-0 text-failed" aria-label="Error" role="img" />
  ) : (
    <TriangleAlert size={16} className="mt-0.5 shrink-0 text-caught" aria-label="Warning" role="img" />
  )
}
