import type { StateNode } from '~/asl/program'
import { Json } from '~/ui/json'
import type { Inspection, TestAnswer } from './api'
import { CarryOn } from './data-flow'

const STATUS: Record<TestAnswer['status'], { word: string; tone: string }> = {
  SUCCEEDED: { word: 'Succeeded', tone: 'bg-succeeded-tint text-succeeded' },
  FAILED: { word: 'Failed', tone: 'bg-failed-tint text-failed' },
  RETRIABLE: { word: 'Would be tried again', tone: 'bg-running-tint text-running' },
  CAUGHT_ERROR: { word: 'Failed, and was caught', tone: 'bg-caught-tint text-caught' },
}

/** How the run of a state went, and what it was made of. */
export function Outcome({ answer, state }: { answer: TestAnswer; state: StateNode }) {
  const { status, output, error, cause, nextState, inspectionData } = answer
  const { word, tone } = STATUS[status]
  return (
    <div className="flex min-w-0 flex-col gap-2" data-testid="run-outcome" data-status={status}>
      <p className={`m-0 rounded-control px-2 py-1 font-strong ${tone}`}>
        {word}
        {nextState !== undefined && `; on to ${nextState}`}
      </p>
      {error !== undefined && (
        <p className="m-0 break-words">
          <span className="font-strong">{error}</span>
          {cause && <span className="block text-label text-muted">{cause}</span>}
        </p>
      )}
      {inspectionData?.errorDetails && <ErrorDetails details={inspectionData.errorDetails} />}
      {output !== undefined && <Part title="Output" text={output} />}
      {output !== undefined && nextState !== undefined && (
        <CarryOn state={state} next={nextState} output={output} />
      )}
      {inspectionData && <Inspected data={inspectionData} />}
    </div>
  )
}

function ErrorDetails({ details }: { details: NonNullable<Inspection['errorDetails']> }) {
  const { retryIndex, retryBackoffIntervalSeconds, catchIndex } = details
  return (
    <p className="m-0 text-label text-muted">
      {catchIndex !== undefined
        ? `Catcher ${catchIndex + 1} took it`
        : retryIndex !== undefined && `Retrier ${retryIndex + 1}`}
      {retryBackoffIntervalSeconds !== undefined && ` would try again after ${retryBackoffIntervalSeconds} s`}
    </p>
  )
}

/** `afterResultSelector` as `After ResultSelector`. */
function titleOf(member: string): string {
  const after = /^after([A-Z].*)$/.exec(member)
  return after ? `After ${after[1]}` : member.charAt(0).toUpperCase() + member.slice(1)
}

function Inspected({ data }: { data: Inspection }) {
  const { request, response, errorDetails: _, ...rest } = data
  return (
    <>
      {request && <Part title="Request" text={JSON.stringify(request)} />}
      {response && <Part title="Response" text={JSON.stringify(response)} />}
      {Object.entries(rest).map(([member, value]) => (
        <Part
          key={member}
          title={titleOf(member)}
          text={typeof value === 'string' ? value : JSON.stringify(value)}
        />
      ))}
    </>
  )
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <section className="min-w-0" data-testid={`inspected-${title}`}>
      <h3 className="m-0 mb-1 text-label font-strong">{title}</h3>
      <Json text={text} label={title} className="[&_section]:max-h-56" />
    </section>
  )
}
