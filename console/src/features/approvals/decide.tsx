import { useRef, useState } from 'react'
import { type Answer, approval, isOver, useAnswer } from '~/data/answer'
import { jsonFault } from '~/data/json-fault'
import type { OpenTask } from '~/data/types'
import { Button } from '~/ui/button'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { JsonField } from '~/ui/json-field'
import { check, initial } from './form/check'
import { FormFields } from './form/fields'
import { misfits } from './form/misfits'
import type { FormSchema } from './form/schema'

interface Props {
  task: OpenTask
  token: string
  form: FormSchema | undefined
  onAnswered: (answer: Answer) => void
}

/** The decision: a form if the workflow gives one, else approve or reject. */
export function Decide({ task, token, form, onAnswered }: Props) {
  const answer = useAnswer(token, onAnswered)
  const [comment, setComment] = useState('')
  const [extra, setExtra] = useState('{}')
  const [typed, setTyped] = useState(() => initial(form?.fields ?? []))
  const [tried, setTried] = useState(false)
  /** What was found by patterns at the last try; a field that is changed is no longer meant. */
  const [unlike, setUnlike] = useState<Record<string, string>>({})
  const [checking, setChecking] = useState(false)
  const busy = answer.isPending || checking
  const section = useRef<HTMLElement>(null)
  const checked = check(form?.fields ?? [], typed)
  const errors = { ...unlike, ...checked.errors }
  const faults = Object.keys(checked.errors).length
  const marked = Object.keys(errors).length
  const approve = async () => {
    setTried(true)
    setChecking(true)
    const bad = faults > 0 ? {} : await misfits(checked.patterned)
    setUnlike(bad)
    setChecking(false)
    if (faults > 0 || Object.keys(bad).length > 0 || jsonFault(extra)) {
      // The faulty fields are marked by the render that follows.
      setTimeout(() =>
        section.current?.querySelector<HTMLElement>('[data-invalid] :is(input, textarea, button)')?.focus(),
      )
      return
    }
    const output = form ? JSON.stringify(checked.output) : approval(extra, comment)
    answer.mutate({ kind: 'succeed', output })
  }
  const reject = () => answer.mutate({ kind: 'fail', error: 'Rejected', cause: comment })
  return (
    <section ref={section} aria-label="Decision" className="flex flex-col gap-3">
      {form && (
        <FormFields
          form={form}
          typed={typed}
          errors={tried ? errors : {}}
          onChange={(name, value) => {
            setTyped(now => ({ ...now, [name]: value }))
            setUnlike(({ [name]: _, ...others }) => others)
          }}
        />
      )}
      <Field
        label={form ? 'Reason, if you reject' : 'Comment'}
        value={comment}
        onChange={setComment}
        rows={2}
        maxLength={32_768}
        className="max-w-2xl"
        data-testid="comment"
      />
      {!form && (
        <details>
          <summary className="cursor-pointer py-1 text-muted">Give back more than the decision</summary>
          <JsonField label="Joined with the decision" value={extra} onChange={setExtra} rows={4} />
        </details>
      )}
      {answer.error &&
        (isOver(answer.error) ? (
          <p role="alert" className="text-caught" data-testid="too-late">
            Too late: {task.stateName} was answered elsewhere, or its time is over.
          </p>
        ) : (
          <FailureBox failure={answer.error} what="The answer was not taken." />
        ))}
      {tried && marked > 0 && (
        <p role="alert" className="text-failed">
          {marked === 1 ? 'One field needs' : `${marked} fields need`} another look.
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button tone="ink" onPress={() => void approve()} isDisabled={busy} data-testid="approve">
          {form ? 'Send' : 'Approve'}
        </Button>
        <Button tone="danger" onPress={reject} isDisabled={busy} data-testid="reject">
          Reject
        </Button>
      </div>
    </section>
  )
}
