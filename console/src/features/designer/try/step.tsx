import { useMemo, useState } from 'react'
import { segments } from '~/asl/tree'
import { Button } from '~/ui/button'
import { differences } from '~/ui/differences'
import { Json } from '~/ui/json'
import { JsonDiff } from '~/ui/json-diff'
import type { PreviewStep } from './api'
import { stepWords } from './words'

/** One step: what a field has made, and what is different from the step before. */
export function Step({ step, before }: { step: PreviewStep; before?: string }) {
  const [changes, setChanges] = useState(false)
  const words = stepWords(step)
  const told = useMemo(() => summary(before, step.value), [before, step.value])
  return (
    <li className="flex min-w-0 flex-col gap-1 border-line border-t py-2" data-testid={`step-${step.name}`}>
      <div className="flex min-h-6.5 items-center justify-between gap-2">
        <h3 className="m-0 text-label font-strong">{step.name}</h3>
        {words === undefined &&
          step.value !== undefined &&
          (told === 'same' ? (
            <span className="text-label text-muted">unchanged</span>
          ) : (
            told && (
              <Button small tone="quiet" aria-pressed={changes} onPress={() => setChanges(!changes)}>
                {changes ? 'Whole' : told}
              </Button>
            )
          ))}
      </div>
      {step.error && (
        <div className="rounded-control bg-failed-tint px-2 py-1 text-failed" data-testid="step-error">
          <p className="m-0 font-strong break-words">{step.error.error}</p>
          {step.error.cause && <p className="m-0 break-words text-label">{step.error.cause}</p>}
          <p className="m-0 break-words font-mono text-label">at {segments(step.field).join(' › ')}</p>
        </div>
      )}
      {words !== undefined && <p className="m-0">{words}</p>}
      {words === undefined &&
        step.value !== undefined &&
        (changes && before !== undefined ? (
          <JsonDiff before={before} after={step.value} label={`What ${step.name} changed`} />
        ) : (
          <Json text={step.value} label={step.name} className="[&_section]:max-h-56" />
        ))}
    </li>
  )
}

/** `+2 −1 ~3` for what came, went and changed; `same`; nothing without a step before. */
function summary(before: string | undefined, after: string | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined
  try {
    const found = differences(JSON.parse(before), JSON.parse(after))
    if (found.length === 0) return 'same'
    const count = (kind: string) => found.filter(one => one.kind === kind).length
    const parts = [
      ['+', count('added')],
      ['−', count('removed')],
      ['~', count('changed')],
    ] as const
    return parts
      .filter(([, number]) => number > 0)
      .map(([sign, number]) => `${sign}${number}`)
      .join(' ')
  } catch {
    return undefined
  }
}
