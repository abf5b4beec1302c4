import { useState } from 'react'
import { Button } from '~/ui/button'
import { Json } from '~/ui/json'
import { JsonDiff } from '~/ui/json-diff'
import type { Entry } from '../fold/story'
import { Section } from './section'

interface Step {
  title: string
  text: string
}

/** What went in, what was asked, what came back and what went out: each beside what was before it. */
export function DataFlow({ entry }: { entry: Entry }) {
  const steps = stepsOf(entry)
  if (steps.length === 0) {
    return (
      <Section title="Data">
        <p className="text-muted">This history came without its data.</p>
      </Section>
    )
  }
  return steps.map((step, at) => <FlowStep key={step.title} step={step} before={steps[at - 1]} />)
}

function stepsOf(entry: Entry): Step[] {
  const attempt = entry.attempts.findLast(one => one.kind !== 'evaluation')
  const all: [string, string | undefined][] = [
    ['Input', entry.input],
    ['Arguments', attempt?.parameters],
    ['Answer when it was taken', attempt?.answer],
    ['Result', attempt?.result],
    ['Output', entry.output],
  ]
  return all.flatMap(([title, text]) => (text === undefined ? [] : [{ title, text }]))
}

function FlowStep({ step, before }: { step: Step; before?: Step }) {
  const [diff, setDiff] = useState(false)
  const same = before !== undefined && before.text === step.text
  return (
    <Section
      title={step.title}
      aside={
        before &&
        (same ? (
          <span className="text-label text-muted">same as {before.title.toLowerCase()}</span>
        ) : (
          <Button
            small
            tone="quiet"
            aria-pressed={diff}
            onPress={() => setDiff(!diff)}
            data-testid={`diff-${step.title}`}
          >
            {diff ? 'Show whole' : `Changes from ${before.title.toLowerCase()}`}
          </Button>
        ))
      }
    >
      {diff && before ? (
        <JsonDiff before={before.text} after={step.text} label={`${step.title} against ${before.title}`} />
      ) : (
        <Json text={step.text} label={step.title} className="[&_section]:max-h-72" />
      )}
    </Section>
  )
}
