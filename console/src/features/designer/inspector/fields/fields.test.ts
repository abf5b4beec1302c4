import { describe, expect, test } from 'vitest'
import { type QueryLanguage, takesField } from '~/asl/fields'
import type { StateType } from '~/asl/program'
import { fieldsOf, STATE_TYPES, unknownKeys } from '.'
import { itemBatcher, itemReader, processorConfig, resultWriter } from './items'
import { machine } from './machine'
import { catcher, part, retrier, rule } from './parts'
import { type Field, inLanguage, keysOf } from './types'

const words = (text: string) => text.split(' ').filter(Boolean).sort()
const keys = (fields: readonly Field[]) => fields.flatMap(keysOf).sort()

/** What the States Language gives each type, in both languages, in JSONPath only, in JSONata only. */
const LANGUAGE: Record<StateType, [both: string, path: string, jsonata: string]> = {
  Task: [
    'Resource TimeoutSeconds HeartbeatSeconds Credentials Assign Next End Retry Catch',
    'InputPath OutputPath Parameters ResultSelector ResultPath TimeoutSecondsPath HeartbeatSecondsPath',
    'Arguments Output',
  ],
  Parallel: [
    'Branches Assign Next End Retry Catch',
    'InputPath OutputPath Parameters ResultSelector ResultPath',
    'Arguments Output',
  ],
  Map: [
    'ItemProcessor Iterator ItemReader ItemSelector ItemBatcher ResultWriter MaxConcurrency Label ToleratedFailureCount ToleratedFailurePercentage Assign Next End Retry Catch',
    'InputPath OutputPath Parameters ResultSelector ResultPath ItemsPath MaxConcurrencyPath ToleratedFailureCountPath ToleratedFailurePercentagePath',
    'Items Output',
  ],
  Pass: ['Assign Next End', 'InputPath OutputPath Parameters Result ResultPath', 'Output'],
  Wait: ['Seconds Timestamp Assign Next End', 'InputPath OutputPath SecondsPath TimestampPath', 'Output'],
  Choice: ['Choices Default Assign', 'InputPath OutputPath', 'Output'],
  Succeed: ['', 'InputPath OutputPath', 'Output'],
  Fail: ['Error Cause', 'ErrorPath CausePath', ''],
}

/** The fields of the table in a language; those that only paths use are none in JSONata. */
function tableKeys(type: StateType, language: QueryLanguage): string[] {
  return fieldsOf(type, language)
    .flatMap(field => keysOf(language === 'JSONata' ? { ...field, pathKey: undefined } : field))
    .sort()
}

describe.each(STATE_TYPES)('%s', type => {
  const [both, path, jsonata] = LANGUAGE[type]
  const common = 'Comment QueryLanguage'
  test('has every field of JSONPath', () => {
    expect(tableKeys(type, 'JSONPath')).toEqual(words(`${common} ${both} ${path}`))
  })
  test('has every field of JSONata', () => {
    // One control writes both names of a processor.
    expect(tableKeys(type, 'JSONata')).toEqual(words(`${common} ${both} ${jsonata}`))
  })
  test('agrees with what changing the type keeps', () => {
    for (const language of ['JSONPath', 'JSONata'] as const)
      for (const key of tableKeys(type, language))
        if (key !== 'Iterator') expect([key, takesField(type, language, key)]).toEqual([key, true])
  })
})

test('the parts of states have every field', () => {
  expect(keys(retrier)).toEqual(
    words('ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment'),
  )
  expect(keys(inLanguage(catcher, 'JSONPath'))).toEqual(words('ErrorEquals Next ResultPath Assign Comment'))
  expect(keys(inLanguage(catcher, 'JSONata'))).toEqual(words('ErrorEquals Next Output Assign Comment'))
  expect(keys(inLanguage(rule, 'JSONPath'))).toEqual(words('Next Assign Comment'))
  expect(keys(inLanguage(rule, 'JSONata'))).toEqual(words('Next Assign Output Comment'))
  expect(keys(processorConfig)).toEqual(words('Mode ExecutionType'))
  expect(keys(part)).toEqual(['Comment'])
  expect(keys(machine)).toEqual(words('Comment StartAt TimeoutSeconds QueryLanguage Version'))
})

test('readers, batchers and writers have every field', () => {
  const inner = (field: Field, key: string) => field.fields?.find(one => one.key === key)?.fields ?? []
  expect(keys(itemReader.fields ?? [])).toEqual(words('Resource Parameters Arguments ReaderConfig'))
  expect(keys(inner(itemReader, 'ReaderConfig'))).toEqual(
    words(
      'InputType Transformation ManifestType CSVDelimiter CSVHeaderLocation CSVHeaders ItemsPointer MaxItems MaxItemsPath',
    ),
  )
  expect(keys(itemBatcher.fields ?? [])).toEqual(
    words('MaxItemsPerBatch MaxItemsPerBatchPath MaxInputBytesPerBatch MaxInputBytesPerBatchPath BatchInput'),
  )
  expect(keys(resultWriter.fields ?? [])).toEqual(words('Resource Parameters Arguments WriterConfig'))
  expect(keys(inner(resultWriter, 'WriterConfig'))).toEqual(words('Transformation OutputType'))
})

test('what no field writes is unknown', () => {
  const state = { Type: 'Pass', Result: 1, Flavour: 2, Arguments: 3, End: true }
  expect(unknownKeys(state, fieldsOf('Pass', 'JSONPath'), ['Type'])).toEqual(['Flavour', 'Arguments'])
  expect(unknownKeys(state, fieldsOf('Odd', 'JSONPath'), ['Type'])).toEqual([
    'Result',
    'Flavour',
    'Arguments',
    'End',
  ])
})
