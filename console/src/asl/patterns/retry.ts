import { EXIT, type Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { caught, input, lambda, SERVICE_ERRORS } from './language'

/** A call that is tried again, each time after a longer pause, and that fails in plain words. */
export function retryWithBackoff(language: QueryLanguage): Fragment {
  const retriers = [
    {
      ErrorEquals: [...SERVICE_ERRORS, 'States.Timeout'],
      IntervalSeconds: 1,
      MaxAttempts: 5,
      BackoffRate: 2,
      MaxDelaySeconds: 60,
      JitterStrategy: 'FULL',
    },
  ]
  return [
    [
      'Call service',
      {
        ...lambda(language, 'call-service', input(language, 'request')),
        TimeoutSeconds: 30,
        Retry: retriers,
        Catch: [{ ErrorEquals: ['States.ALL'], ...caught(language), Next: 'Service failed' }],
        Next: EXIT,
      },
    ],
    [
      'Service failed',
      { Type: 'Fail', Error: 'ServiceFailed', Cause: 'The service did not answer after 5 retries.' },
    ],
  ]
}
