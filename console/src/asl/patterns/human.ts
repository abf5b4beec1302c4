import { EXIT, type Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { type ArnPlace, activityArn } from '../place'
import { caught, keep, say } from './language'

/** Hands work to people who fetch it from an activity, and to others when nobody does it within a day. */
export function humanInTheLoop(language: QueryLanguage, place: ArnPlace): Fragment {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters'
  const parameters = say(language, { 'work.$': '$' }, { work: '{% $states.input %}' })
  const task = (activity: string) => ({
    Type: 'Task',
    Resource: activityArn(place, activity),
    [field]: parameters,
    TimeoutSeconds: 86400,
    ...keep(language, 'review'),
  })
  return [
    [
      'Review by hand',
      {
        ...task('review'),
        Catch: [{ ErrorEquals: ['States.Timeout'], ...caught(language), Next: 'Review by supervisor' }],
        Next: EXIT,
      },
    ],
    ['Review by supervisor', { ...task('review-by-supervisor'), Next: EXIT }],
  ]
}
