import { about, assign, inputPath, output, outputPath, parameters, resultPath, transition } from './common'
import type { Field } from './types'

export const pass: readonly Field[] = [
  inputPath,
  parameters,
  {
    key: 'Result',
    control: 'json',
    section: 'Data',
    language: 'JSONPath',
    constant: true,
    help: 'What counts as the result, as it is: nothing in it is evaluated.',
  },
  resultPath,
  output,
  outputPath,
  assign,
  transition,
  ...about,
]

const seconds: Field = {
  key: 'Seconds',
  control: 'number',
  section: 'Work',
  help: 'How many seconds, from 0 to 99999999.',
}

const timestamp: Field = {
  key: 'Timestamp',
  control: 'value',
  section: 'Work',
  help: 'Until when, such as 2030-01-31T12:00:00Z.',
}

const path = (key: string, help: string): Field => ({
  key,
  control: 'value',
  section: 'Work',
  language: 'JSONPath',
  help,
})

export const wait: readonly Field[] = [
  {
    key: 'Seconds',
    control: 'oneOf',
    section: 'Work',
    help: 'For how long, or until when.',
    fields: [
      seconds,
      timestamp,
      path('SecondsPath', 'Path of the number of seconds in the input.'),
      path('TimestampPath', 'Path of the time in the input.'),
    ],
  },
  inputPath,
  output,
  outputPath,
  assign,
  transition,
  ...about,
]

export const choice: readonly Field[] = [
  {
    key: 'Choices',
    control: 'rules',
    section: 'Work',
    help: 'The first rule that holds says where it goes on.',
  },
  { key: 'Default', control: 'target', section: 'Work', help: 'Where it goes on when no rule holds.' },
  inputPath,
  output,
  outputPath,
  assign,
  ...about,
]

export const succeed: readonly Field[] = [inputPath, output, outputPath, ...about]

export const fail: readonly Field[] = [
  {
    key: 'Error',
    pathKey: 'ErrorPath',
    control: 'value',
    section: 'Work',
    help: 'The name of the error, for Retry and Catch. Text, or a path or function that gives it.',
  },
  {
    key: 'Cause',
    pathKey: 'CausePath',
    control: 'value',
    section: 'Work',
    help: 'What went wrong, for people. Text, or a path or function that gives it.',
  },
  ...about,
]
