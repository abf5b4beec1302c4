import type { StateNode } from '~/asl/program'
import { Field } from '~/ui/field'
import { JsonField } from '~/ui/json-field'
import { Select } from '~/ui/select'
import { useSession } from '../session/context'
import { useStore } from '../store'
import { hasWork, NO_RESULT, type ResultSample, samplesOf, setResult } from './samples'

/** What stands for the work of a Task, a Parallel or a Map: nothing, a result, or an error. */
export function SampleResult({ state, none }: { state: StateNode; none: string }) {
  const store = samplesOf(useSession())
  const { results } = useStore(store)
  if (!hasWork(state.type)) return null
  const sample = results[state.id] ?? NO_RESULT
  const set = (part: Partial<ResultSample>) => setResult(store, state.id, part)
  return (
    <div className="flex flex-col gap-2">
      <Select
        label="Its work"
        value={sample.kind}
        choices={[
          { id: 'none', label: none },
          { id: 'result', label: 'succeeds with a result' },
          { id: 'error', label: 'fails with an error' },
        ]}
        onChange={id => set({ kind: id as ResultSample['kind'] })}
        data-testid="sample-kind"
      />
      {sample.kind === 'result' && (
        <JsonField
          label="Result"
          value={sample.result}
          onChange={result => set({ result })}
          rows={Math.min(10, Math.max(3, sample.result.split('\n').length))}
          data-testid="sample-result"
        />
      )}
      {sample.kind === 'error' && (
        <>
          <Field
            label="Error"
            value={sample.error}
            onChange={error => set({ error })}
            mono
            data-testid="sample-error"
          />
          <Field
            label="Cause"
            value={sample.cause}
            onChange={cause => set({ cause })}
            data-testid="sample-cause"
          />
        </>
      )}
    </div>
  )
}
