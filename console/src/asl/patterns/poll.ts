import { EXIT, type Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { keep, lambda, say } from './language'

/** Starts something, and asks every half minute whether it is done. */
export function pollUntilDone(language: QueryLanguage): Fragment {
  const start = say(language, { 'request.$': '$' }, { request: '{% $states.input %}' })
  const ask = say(language, { 'job.$': '$.job.Payload' }, { job: '{% $states.input.job.Payload %}' })
  const is = (status: string) =>
    say(
      language,
      { Variable: '$.status.Payload.status', StringEquals: status },
      { Condition: `{% $states.input.status.Payload.status = '${status}' %}` },
    )
  return [
    [
      'Start job',
      { ...lambda(language, 'start-job', start), ...keep(language, 'job'), Next: 'Wait for job' },
    ],
    ['Wait for job', { Type: 'Wait', Seconds: 30, Next: 'Ask for status' }],
    [
      'Ask for status',
      { ...lambda(language, 'job-status', ask), ...keep(language, 'status'), Next: 'Job done?' },
    ],
    [
      'Job done?',
      {
        Type: 'Choice',
        Choices: [
          { ...is('SUCCEEDED'), Next: EXIT },
          { ...is('FAILED'), Next: 'Job failed' },
        ],
        Default: 'Wait for job',
      },
    ],
    ['Job failed', { Type: 'Fail', Error: 'JobFailed', Cause: 'The job did not end well.' }],
  ]
}
