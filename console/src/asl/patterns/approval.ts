import { EXIT, type Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { caught, lambda, say } from './language'

/** What the inbox of the console shows for the decision. */
const FORM = {
  type: 'object',
  title: 'Approve this request?',
  properties: {
    approved: { type: 'boolean', title: 'Approved', default: true },
    comment: { type: 'string', title: 'Comment', maxLength: 500 },
  },
  required: ['approved'],
}

/** Waits for somebody to decide in the inbox, or by the token; three days at most. */
export function approval(language: QueryLanguage): Fragment {
  const payload = say(
    language,
    { 'token.$': '$$.Task.Token', 'request.$': '$', form: FORM },
    { token: '{% $states.context.Task.Token %}', request: '{% $states.input %}', form: FORM },
  )
  const result = say(
    language,
    { ResultPath: '$.decision' },
    { Output: "{% $merge([$states.input, {'decision': $states.result}]) %}" },
  )
  const test = say(
    language,
    { Variable: '$.decision.approved', BooleanEquals: true },
    { Condition: '{% $states.input.decision.approved = true %}' },
  )
  return [
    [
      'Ask for approval',
      {
        ...lambda(language, 'ask-for-approval', payload, true),
        TimeoutSeconds: 259200,
        ...result,
        Catch: [{ ErrorEquals: ['Rejected', 'States.Timeout'], ...caught(language), Next: 'Not approved' }],
        Next: 'Approved?',
      },
    ],
    ['Approved?', { Type: 'Choice', Choices: [{ ...test, Next: EXIT }], Default: 'Not approved' }],
    [
      'Not approved',
      { Type: 'Fail', Error: 'NotApproved', Cause: 'The request was rejected, or nobody answered in time.' },
    ],
  ]
}
