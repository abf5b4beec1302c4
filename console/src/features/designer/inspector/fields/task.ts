import {
  about,
  args,
  assign,
  failing,
  inputPath,
  output,
  outputPath,
  parameters,
  resultPath,
  resultSelector,
  transition,
} from './common'
import type { Field } from './types'

const credentials: Field = {
  key: 'Credentials',
  control: 'object',
  folded: true,
  section: 'Work',
  help: 'The role that the call is made with, in another account say.',
  fields: [
    {
      key: 'RoleArn',
      pathKey: 'RoleArn.$',
      control: 'value',
      section: 'Work',
      help: 'ARN of the role.',
    },
  ],
}

export const task: readonly Field[] = [
  {
    key: 'Resource',
    control: 'resource',
    section: 'Work',
    help: 'What is called: an action of a service, a function or an activity.',
  },
  { ...parameters, control: 'parameters', section: 'Work', help: 'What the action is told.' },
  { ...args, control: 'parameters', section: 'Work', help: 'What the action is told; else the input.' },
  {
    key: 'TimeoutSeconds',
    pathKey: 'TimeoutSecondsPath',
    control: 'number',
    section: 'Work',
    standard: '99999999',
    help: 'How long it may take before it fails with States.Timeout. A number of seconds, or where it stands.',
  },
  {
    key: 'HeartbeatSeconds',
    pathKey: 'HeartbeatSecondsPath',
    control: 'number',
    section: 'Work',
    standard: '99999999',
    help: 'How long it may be silent: for activities and tasks with a token. Less than the timeout.',
  },
  credentials,
  inputPath,
  resultSelector,
  resultPath,
  output,
  outputPath,
  assign,
  transition,
  ...failing,
  ...about,
]
