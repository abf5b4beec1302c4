import { comment, queryLanguage } from './common'
import type { Field } from './types'

/** Of the machine itself; `States` is the graph. */
export const machine: readonly Field[] = [
  { ...comment, help: 'What the machine is for.' },
  { key: 'StartAt', control: 'target', section: 'Next', help: 'The first state.' },
  {
    key: 'TimeoutSeconds',
    control: 'number',
    section: 'Work',
    constant: true,
    help: 'How long an execution may take. Without it, a year; five minutes for Express.',
  },
  {
    ...queryLanguage,
    standard: 'JSONPath',
    help: 'The language of paths and expressions in all states that do not say otherwise.',
  },
  {
    key: 'Version',
    control: 'option',
    section: 'About',
    options: ['1.0'],
    standard: '1.0',
    help: 'Of the language; there is only this one.',
  },
]
