import { History } from 'lucide-react'
import { useState } from 'react'
import type { StateNode } from '~/asl/program'
import { pretty } from '~/data/pretty'
import { Button } from '~/ui/button'
import { notify } from '~/ui/feedback'
import { JsonField } from '~/ui/json-field'
import { useFacts, useSession } from '../session/context'
import { recentRun } from './recent'
import { hasWork, samplesOf, setResult } from './samples'

/** The input that the state is shown with; typed, or taken from the last execution that came here. */
export function SampleInput({ state, error }: { state: StateNode; error?: string }) {
  const session = useSession()
  const facts = useFacts()
  const [busy, setBusy] = useState(false)
  const input = facts.sampleInputs[state.id] ?? '{}'
  const take = async (machine: string) => {
    setBusy(true)
    try {
      const run = await recentRun(machine, state.name)
      if (!run) notify(`None of the last executions came to ${state.name}.`)
      else {
        session.setSampleInput(state.id, pretty(run.input ?? '{}'))
        const samples = samplesOf(session)
        if (run.result !== undefined) {
          setResult(samples, state.id, { kind: 'result', result: pretty(run.result) })
        } else if (hasWork(state.type) && run.output !== undefined && !run.error) {
          setResult(samples, state.id, { kind: 'result', result: pretty(run.output) })
        } else if (run.error) {
          const { error: name = 'States.TaskFailed', cause = '' } = run.error
          setResult(samples, state.id, { kind: 'error', error: name, cause })
        }
        notify(`The sample is from ${run.executionName}.`)
      }
    } catch (failure) {
      notify(failure instanceof Error ? failure.message : String(failure), 'bad')
    }
    setBusy(false)
  }
  const machine = facts.stateMachineArn
  return (
    <div className="flex flex-col gap-1">
      <JsonField
        label="Sample input"
        value={input}
        onChange={text => session.setSampleInput(state.id, text)}
        rows={Math.min(10, Math.max(3, input.split('\n').length))}
        error={error}
        data-testid="sample-input"
      />
      {machine !== undefined && (
        <div>
          <Button
            small
            tone="quiet"
            isDisabled={busy}
            onPress={() => void take(machine)}
            data-testid="sample-recent"
          >
            <History size={14} aria-hidden="true" />
            From the last execution
          </Button>
        </div>
      )}
    </div>
  )
}
