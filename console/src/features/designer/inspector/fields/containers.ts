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
import { itemBatcher, itemReader, resultWriter } from './items'
import type { Field } from './types'

export const parallel: readonly Field[] = [
  {
    key: 'Branches',
    control: 'branches',
    section: 'Work',
    help: 'Run at the same time, each with the same input. The result is a list of their outputs.',
  },
  inputPath,
  parameters,
  args,
  resultSelector,
  resultPath,
  output,
  outputPath,
  assign,
  transition,
  ...failing,
  ...about,
]

/** Whether the processor of a Map runs each item as an execution of its own. */
function isDistributed(holder: Record<string, unknown>): boolean {
  const processor = (holder.ItemProcessor ?? holder.Iterator) as Record<string, unknown> | undefined
  const config = processor?.ProcessorConfig as Record<string, unknown> | undefined
  return config?.Mode === 'DISTRIBUTED'
}

const ofRun = (field: Field): Field => ({ ...field, when: isDistributed })

const tolerance: Field[] = [
  {
    key: 'ToleratedFailureCount',
    pathKey: 'ToleratedFailureCountPath',
    control: 'number',
    section: 'Work',
    standard: '0',
    help: 'How many items may fail before the state does.',
  },
  {
    key: 'ToleratedFailurePercentage',
    pathKey: 'ToleratedFailurePercentagePath',
    control: 'number',
    section: 'Work',
    standard: '0',
    help: 'What part of all items may fail before the state does, from 0 to 100.',
  },
]

export const map: readonly Field[] = [
  {
    key: 'ItemProcessor',
    control: 'processor',
    section: 'Work',
    help: 'Runs the states inside once for each item: in this execution, or each in one of its own.',
  },
  ofRun(itemReader),
  {
    key: 'ItemsPath',
    control: 'value',
    section: 'Work',
    language: 'JSONPath',
    standard: '$',
    help: 'Path of the items: a list, or an object whose entries are the items.',
  },
  {
    key: 'Items',
    control: 'json',
    section: 'Work',
    language: 'JSONata',
    help: 'The items: a list, an object, or an expression; without it, the input.',
  },
  {
    key: 'ItemSelector',
    control: 'json',
    section: 'Work',
    help: "Makes each item's input. The context has the item: Map.Item.Value and Map.Item.Index.",
  },
  {
    ...parameters,
    section: 'Work',
    help: 'The old name of ItemSelector.',
    when: () => false,
  },
  ofRun(itemBatcher),
  {
    key: 'MaxConcurrency',
    pathKey: 'MaxConcurrencyPath',
    control: 'number',
    section: 'Work',
    standard: '0',
    help: 'How many items at the same time; 0 is as many as there can be, 1 is one after the other.',
  },
  ...tolerance.map(ofRun),
  ofRun({
    key: 'Label',
    control: 'line',
    section: 'Work',
    help: "Names the child executions' machine; up to 40 characters.",
  }),
  ofRun(resultWriter),
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
