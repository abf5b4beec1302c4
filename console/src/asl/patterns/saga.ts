import { EXIT, type Fragment, type Value } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { caught, input, keep, lambda, SERVICE_ERRORS } from './language'

/** Two steps that are undone in reverse order when one of them fails. */
export function saga(language: QueryLanguage): Fragment {
  const step = (name: string, key: string, undo: string, next: string): Value => ({
    ...lambda(language, name, input(language, 'order')),
    ...keep(language, key, '.Payload'),
    Catch: [{ ErrorEquals: ['States.ALL'], ...caught(language), Next: undo }],
    Next: next,
  })
  const undo = (name: string, next: string): Value => ({
    ...lambda(language, name, input(language, 'order')),
    ...keep(language, 'undone', '.Payload'),
    Retry: [{ ErrorEquals: SERVICE_ERRORS, IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }],
    Next: next,
  })
  return [
    ['Reserve goods', step('reserve-goods', 'reservation', 'Order not placed', 'Charge card')],
    ['Charge card', step('charge-card', 'payment', 'Release goods', 'Ship order')],
    ['Ship order', step('ship-order', 'parcel', 'Refund card', EXIT)],
    ['Refund card', undo('refund-card', 'Release goods')],
    ['Release goods', undo('release-goods', 'Order not placed')],
    [
      'Order not placed',
      { Type: 'Fail', Error: 'OrderNotPlaced', Cause: 'A step failed; those before it were undone.' },
    ],
  ]
}
