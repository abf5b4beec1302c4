import type { Field } from './types'

export const comment: Field = {
  key: 'Comment',
  control: 'text',
  section: 'About',
  help: 'For people; it does nothing.',
}

export const queryLanguage: Field = {
  key: 'QueryLanguage',
  control: 'option',
  section: 'About',
  options: ['JSONPath', 'JSONata'],
  standard: 'as the machine',
  help: 'The language of paths and expressions in this state. A machine in JSONata has no states in JSONPath.',
}

export const inputPath: Field = {
  key: 'InputPath',
  control: 'path',
  section: 'Data',
  language: 'JSONPath',
  standard: '$',
  help: 'The part of the input that the state works on. Nothing: an empty object.',
}

export const outputPath: Field = {
  key: 'OutputPath',
  control: 'path',
  section: 'Data',
  language: 'JSONPath',
  standard: '$',
  help: 'The part that becomes the output. Nothing: an empty object.',
}

export const parameters: Field = {
  key: 'Parameters',
  control: 'json',
  section: 'Data',
  language: 'JSONPath',
  help: 'Makes what the state works on. Keys that end in .$ have a path or a function as value.',
}

export const args: Field = {
  key: 'Arguments',
  control: 'json',
  section: 'Data',
  language: 'JSONata',
  help: 'Makes what the state works on; without it, the input. $states.input is the input.',
}

export const resultSelector: Field = {
  key: 'ResultSelector',
  control: 'json',
  section: 'Data',
  language: 'JSONPath',
  help: 'Makes another result of the result; $ is the result.',
}

export const resultPath: Field = {
  key: 'ResultPath',
  control: 'path',
  section: 'Data',
  language: 'JSONPath',
  standard: '$',
  help: 'Where the result goes in the input. $: in its place. Nothing: the result is dropped.',
}

export const output: Field = {
  key: 'Output',
  control: 'json',
  section: 'Data',
  language: 'JSONata',
  help: 'Makes the output; without it, the result or the input.',
}

export const assign: Field = {
  key: 'Assign',
  control: 'json',
  section: 'Variables',
  help: 'Variables by name, for the states after this one.',
}

export const transition: Field = {
  key: 'Next',
  control: 'transition',
  section: 'Next',
  help: 'The state after this one, or the end.',
}

const retry: Field = {
  key: 'Retry',
  control: 'retriers',
  section: 'Errors',
  help: 'When and how often it is tried again. The first that names the error counts.',
}

const caught: Field = {
  key: 'Catch',
  control: 'catchers',
  section: 'Errors',
  help: 'Where it goes on after an error that no retry mended.',
}

/** In front and behind what a type has of its own. */
export const about = [comment, queryLanguage]
export const failing = [retry, caught]
