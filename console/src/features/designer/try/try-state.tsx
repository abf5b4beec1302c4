import { Play } from 'lucide-react'
import { useState } from 'react'
import type { StateNode } from '~/asl/program'
import { Button } from '~/ui/button'
import { FailureBox } from '~/ui/feedback'
import { Checkbox, Field } from '~/ui/field'
import { Select } from '~/ui/select'
import { useRole } from '../api/use-role'
import { integrationOf } from '../inspector/resource'
import { useFacts, useSession } from '../session/context'
import { useStore } from '../store'
import type { ValidationMode } from './api'
import { Outcome } from './outcome'
import type { RunOptions } from './request'
import { SampleInput } from './sample-input'
import { SampleResult } from './sample-result'
import { SampleVariables } from './sample-variables'
import { hasWork, NO_RESULT, samplesOf } from './samples'
import { useRun } from './use-run'

const MODES: { id: ValidationMode; label: string }[] = [
  { id: 'STRICT', label: 'as the service answers (STRICT)' },
  { id: 'PRESENT', label: 'only the fields that are there (PRESENT)' },
  { id: 'NONE', label: 'not at all (NONE)' },
]

/** Runs one state by TestState, with or without a mock in the place of its work. */
export function TryState({ state }: { state: StateNode }) {
  const session = useSession()
  const facts = useFacts()
  const { results, variables } = useStore(samplesOf(session))
  const role = useRole()
  const [typedRole, setTypedRole] = useState<string>()
  const [rest, setRest] = useState<Omit<RunOptions, 'roleArn'>>({
    mode: 'STRICT',
    context: '',
    revealSecrets: false,
    retries: '',
  })
  const options: RunOptions = { ...rest, roleArn: typedRole ?? facts.roleArn ?? role }
  const setOptions = ({ roleArn, ...part }: Partial<RunOptions>) => {
    if (roleArn !== undefined) setTypedRole(roleArn)
    setRest({ ...rest, ...part })
  }
  const sample = results[state.id] ?? NO_RESULT
  const mocked = hasWork(state.type) && sample.kind !== 'none'
  // AWS wants a role for a call that is really made.
  const ready = state.type !== 'Task' || mocked || options.roleArn.trim() !== ''
  const { answer, failure, busy, run, stop } = useRun(state)
  return (
    <div className="flex min-w-0 flex-col gap-3 p-3" data-testid="try-state">
      <SampleInput state={state} />
      <SampleVariables />
      <SampleResult state={state} none="is really done" />
      <Options
        state={state}
        mocked={mocked}
        result={sample.kind === 'result'}
        options={options}
        onChange={setOptions}
      />
      <div className="flex gap-2">
        <Button
          tone="ink"
          isDisabled={busy || !ready}
          onPress={() => void run({ sample, variables, options })}
          data-testid="run-state"
        >
          <Play size={14} aria-hidden="true" />
          {busy ? 'Running…' : 'Run'}
        </Button>
        {busy && <Button onPress={() => stop()}>Stop waiting</Button>}
      </div>
      <div aria-live="polite" className="min-w-0">
        {failure && <FailureBox failure={failure} />}
        {answer && <Outcome answer={answer} state={state} />}
      </div>
    </div>
  )
}

interface OptionsProps {
  state: StateNode
  mocked: boolean
  result: boolean
  options: RunOptions
  onChange: (part: Partial<RunOptions>) => void
}

function Options({ state, mocked, result, options, onChange }: OptionsProps) {
  const http = integrationOf(state.resource ?? '')?.service === 'http'
  return (
    <>
      {state.type === 'Task' && !mocked && (
        <Field
          label="Role ARN"
          value={options.roleArn}
          onChange={roleArn => onChange({ roleArn })}
          placeholder="arn:aws:iam::123456789012:role/workflow"
          help="The role that the call is made with; AWS wants one where nothing is mocked."
          mono
          data-testid="run-role"
        />
      )}
      {result && (
        <Select
          label="The mock is checked"
          value={options.mode}
          choices={MODES}
          onChange={id => onChange({ mode: id as ValidationMode })}
          data-testid="run-mode"
        />
      )}
      {mocked && (
        <Field
          label="Context"
          value={options.context}
          onChange={context => onChange({ context })}
          rows={2}
          mono
          placeholder='{"Execution": {"Name": "sample"}}'
          data-testid="run-context"
        />
      )}
      {mocked && !result && (
        <Field
          label="Retries before"
          value={options.retries}
          onChange={retries => onChange({ retries })}
          placeholder="0"
          help="How many times its retrier has tried again already."
          data-testid="run-retries"
        />
      )}
      {http && !mocked && (
        <Checkbox
          isSelected={options.revealSecrets}
          onChange={revealSecrets => onChange({ revealSecrets })}
          data-testid="run-reveal"
        >
          Show secrets of the request
        </Checkbox>
      )}
    </>
  )
}
