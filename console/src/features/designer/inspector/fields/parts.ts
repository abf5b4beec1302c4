import { assign, output, comment as remark } from './common'
import type { Field } from './types'

const comment: Field = { ...remark, folded: true }

const errorEquals: Field = {
  key: 'ErrorEquals',
  control: 'errors',
  section: 'Errors',
  help: 'The errors that it is for. States.ALL stands alone, in the last one.',
}

const next = (help: string): Field => ({ key: 'Next', control: 'target', section: 'Next', help })

export const retrier: readonly Field[] = [
  errorEquals,
  {
    key: 'IntervalSeconds',
    control: 'number',
    section: 'Errors',
    standard: '1',
    constant: true,
    help: 'Before the first retry.',
  },
  {
    key: 'MaxAttempts',
    control: 'number',
    section: 'Errors',
    standard: '3',
    constant: true,
    help: 'How many retries; 0 is none.',
  },
  {
    key: 'BackoffRate',
    control: 'number',
    section: 'Errors',
    standard: '2',
    constant: true,
    help: 'Each wait is that many times the one before; at least 1.',
  },
  {
    key: 'MaxDelaySeconds',
    control: 'number',
    section: 'Errors',
    constant: true,
    help: 'No wait is longer.',
  },
  {
    key: 'JitterStrategy',
    control: 'option',
    section: 'Errors',
    options: ['NONE', 'FULL'],
    standard: 'NONE',
    help: 'FULL: a random part of each wait, so that many do not come back at once.',
  },
  comment,
]

export const catcher: readonly Field[] = [
  errorEquals,
  next('Where it goes on.'),
  {
    key: 'ResultPath',
    control: 'path',
    section: 'Data',
    language: 'JSONPath',
    standard: '$',
    help: 'Where the error goes in the input: an object with Error and Cause. Nothing: it is dropped.',
  },
  { ...output, help: 'Makes the output; $states.errorOutput is the error.' },
  { ...assign, folded: true, help: 'Variables by name; those of the state itself are not assigned then.' },
  comment,
]

/** Of a choice rule, besides what it tests. */
export const rule: readonly Field[] = [
  next('Where it goes on when the rule holds.'),
  { ...output, folded: true, help: 'Makes the output when the rule holds.' },
  {
    ...assign,
    folded: true,
    help: 'Variables by name when the rule holds; those of the state itself are not assigned then.',
  },
  comment,
]

/** Of a branch and of a Map's processor, besides its states. */
export const part: readonly Field[] = [comment]
