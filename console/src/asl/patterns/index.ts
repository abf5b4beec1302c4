import type { Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import type { ArnPlace } from '../place'
import { approval } from './approval'
import { fanOut } from './fan-out'
import { humanInTheLoop } from './human'
import { pollUntilDone } from './poll'
import { retryWithBackoff } from './retry'
import { saga } from './saga'

/** States that people put together again and again; to be inserted on an edge. */
export interface Pattern {
  id: string
  title: string
  summary: string
  /** The activities that it names are at `place`. */
  build: (language: QueryLanguage, place: ArnPlace) => Fragment
}

export const patterns: Pattern[] = [
  {
    id: 'retry',
    title: 'Retry with backoff',
    summary: 'A call that is tried again after longer and longer pauses.',
    build: retryWithBackoff,
  },
  {
    id: 'saga',
    title: 'Saga',
    summary: 'Steps that are undone in reverse order when one fails.',
    build: saga,
  },
  {
    id: 'approval',
    title: 'Approval',
    summary: 'Waits for a decision that is made by a form in the inbox.',
    build: approval,
  },
  {
    id: 'fan-out',
    title: 'Fan-out',
    summary: 'The same for each item, ten at a time.',
    build: language => fanOut(language),
  },
  {
    id: 'fan-out-distributed',
    title: 'Distributed fan-out',
    summary: 'Each item in an execution of its own; some may fail.',
    build: language => fanOut(language, true),
  },
  {
    id: 'poll',
    title: 'Poll until done',
    summary: 'Starts a job and asks for its status until it is over.',
    build: pollUntilDone,
  },
  {
    id: 'human',
    title: 'Human in the loop',
    summary: 'People fetch the work from an activity; others when nobody does.',
    build: humanInTheLoop,
  },
]
