import { ArrowRight } from 'lucide-react'
import type { StateNode } from '~/asl/program'
import { pretty } from '~/data/pretty'
import { Button } from '~/ui/button'
import { cx } from '~/ui/cx'
import { Json } from '~/ui/json'
import { useDocument } from '../document/context'
import type { FieldChange } from '../inspector/change'
import { useFacts, useSession } from '../session/context'
import type { Store } from '../store'
import type { Preview } from './api'
import { SampleInput } from './sample-input'
import { SampleResult } from './sample-result'
import { SampleVariables } from './sample-variables'
import { Step } from './step'
import { usePreview } from './use-preview'
import { carriesData } from './words'

/** What a state makes of its sample, field by field, as one types. */
export function DataFlow({
  state,
  pending,
}: {
  state: StateNode
  pending: Store<{ changes: readonly FieldChange[] }>
}) {
  const { preview, failure, stale } = usePreview(state, pending)
  const input = useFacts().sampleInputs[state.id] ?? '{}'
  return (
    <div className="flex min-w-0 flex-col gap-3 p-3" data-testid="data-flow">
      <SampleInput state={state} />
      <SampleVariables />
      <SampleResult state={state} none="is left out" />
      <div className={cx('min-w-0', stale && 'opacity-60')} data-stale={stale} data-testid="preview">
        {failure && <p className="m-0 text-label text-failed">{failure.message}</p>}
        {preview && !failure && <Flow preview={preview} input={input} state={state} />}
      </div>
    </div>
  )
}

function Flow({ preview, input, state }: { preview: Preview; input: string; state: StateNode }) {
  let before: string | undefined = input
  const steps = preview.steps.map(step => {
    const shown = { step, before: carriesData(step) ? before : undefined }
    if (carriesData(step)) before = step.value
    return shown
  })
  return (
    <>
      {steps.length > 0 && (
        <ol aria-label="Steps" className="m-0 flex list-none flex-col p-0">
          {steps.map(({ step, before }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is what stands at its place
            <Step key={index} step={step} before={before} />
          ))}
        </ol>
      )}
      <End preview={preview} state={state} />
    </>
  )
}

/** How it ends, and the way on with what came of it. */
function End({ preview, state }: { preview: Preview; state: StateNode }) {
  const { next, output, error } = preview
  if (error) {
    return (
      <p className="m-0 border-line border-t pt-2 text-failed" data-testid="preview-error">
        Fails with <span className="font-strong">{error.error ?? 'an error without a name'}</span>
      </p>
    )
  }
  if (output === undefined) {
    return (
      <p className="m-0 border-line border-t pt-2 text-muted">
        Give its work a result, or an error, to see the rest.
      </p>
    )
  }
  return (
    <div className="flex min-w-0 flex-col gap-1 border-line-strong border-t pt-2">
      <h3 className="m-0 text-label font-strong">{next === undefined ? 'Output, at the end' : 'Output'}</h3>
      <Json text={output} label="Output of the state" className="[&_section]:max-h-56" />
      {next !== undefined && <CarryOn state={state} next={next} output={output} />}
    </div>
  )
}

/** Makes the output the sample input of the next state, and goes there. */
export function CarryOn({ state, next, output }: { state: StateNode; next: string; output: string }) {
  const session = useSession()
  const { reading, select } = useDocument()
  const target = reading.program?.scopes.get(state.scope)?.states.find(one => one.name === next)
  if (!target) return null
  return (
    <div>
      <Button
        small
        onPress={() => {
          session.setSampleInput(target.id, pretty(output))
          select(target.id)
        }}
        data-testid="carry-on"
      >
        Carry on in {next}
        <ArrowRight size={14} aria-hidden="true" />
      </Button>
    </div>
  )
}
