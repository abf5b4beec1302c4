import { writeText } from './convert'
import { EXIT, type Fragment, settle, type Value } from './edits/fragment'
import type { QueryLanguage } from './fields'
import { approval } from './patterns/approval'
import { fanOut } from './patterns/fan-out'
import { pollUntilDone } from './patterns/poll'
import { saga } from './patterns/saga'
import type { Format } from './program'
import { defaultStyle } from './text/defaults'
import { outOf } from './text/out'

/** A definition to begin with. */
export interface MachineTemplate {
  id: string
  title: string
  summary: string
  build: (language: QueryLanguage) => { comment: string; states: Fragment }
}

const DONE: Fragment = [['Done', { Type: 'Succeed' }]]

/** The fragment's exits lead to the states of `rest`. */
function before(fragment: Fragment, rest: Fragment): Fragment {
  const target = rest[0]?.[0]
  return [...settle(fragment, new Set(rest.map(([name]) => name)), target), ...rest]
}

export const machineTemplates: MachineTemplate[] = [
  {
    id: 'blank',
    title: 'Blank',
    summary: 'One state that does nothing.',
    build: () => ({ comment: 'A new state machine', states: [['Start', { Type: 'Pass', Next: EXIT }]] }),
  },
  {
    id: 'order',
    title: 'Order workflow',
    summary: 'Reserves, charges and ships; what was done is undone when a step fails.',
    build: language => ({
      comment: 'Takes an order to the parcel, and undoes what was done when it cannot',
      states: before(saga(language), DONE),
    }),
  },
  {
    id: 'approval',
    title: 'Approval',
    summary: 'A request that somebody approves in the inbox.',
    build: language => ({
      comment: 'Waits for an approval',
      states: before(approval(language), [['Approved', { Type: 'Succeed' }]]),
    }),
  },
  {
    id: 'pipeline',
    title: 'Data pipeline',
    summary: 'Each item in an execution of its own, then a report.',
    build: language => ({
      comment: 'Processes many items, each in an execution of its own',
      states: before(fanOut(language, true), [
        ['Report', { Type: 'Pass', Comment: 'Put here what becomes of the results.', Next: EXIT }],
      ]),
    }),
  },
  {
    id: 'poll',
    title: 'Poll a job',
    summary: 'Starts a job and asks for its status until it is over.',
    build: language => ({
      comment: 'Starts a job and waits until it is over',
      states: before(pollUntilDone(language), DONE),
    }),
  },
]

/** The text of a new definition. */
export function newMachine(template: MachineTemplate, language: QueryLanguage, format: Format): string {
  const { comment, states } = template.build(language)
  const settled = settle(states, new Set(), undefined)
  const machine: Value = {
    Comment: comment,
    ...(language === 'JSONata' ? { QueryLanguage: language } : {}),
    StartAt: settled[0]?.[0],
    States: Object.fromEntries(settled),
  }
  return writeText(outOf(machine), defaultStyle(format))
}
