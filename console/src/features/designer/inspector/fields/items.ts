import type { Field } from './types'

type Holder = Record<string, unknown>

/** What a request to S3 is told, in the language of the state. */
const request = (help: string): Field[] => [
  { key: 'Parameters', control: 'json', section: 'Work', language: 'JSONPath', help },
  { key: 'Arguments', control: 'json', section: 'Work', language: 'JSONata', help },
]

const csv = (holder: Holder) => ['CSV', 'MANIFEST'].includes(String(holder.InputType))

const readerConfig: readonly Field[] = [
  {
    key: 'InputType',
    control: 'option',
    section: 'Work',
    options: ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'],
    help: 'What is in the object.',
  },
  {
    key: 'Transformation',
    control: 'option',
    section: 'Work',
    options: ['NONE', 'LOAD_AND_FLATTEN'],
    standard: 'NONE',
    help: 'With a listing: its objects are the items, or what is in them.',
  },
  {
    key: 'ManifestType',
    control: 'option',
    section: 'Work',
    options: ['ATHENA_DATA', 'S3_INVENTORY'],
    help: 'Who has written the manifest.',
  },
  {
    key: 'CSVDelimiter',
    control: 'option',
    section: 'Work',
    options: ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'],
    standard: 'COMMA',
    when: csv,
    help: 'What stands between the columns.',
  },
  {
    key: 'CSVHeaderLocation',
    control: 'option',
    section: 'Work',
    options: ['FIRST_ROW', 'GIVEN'],
    when: csv,
    help: "Where the columns' names are.",
  },
  {
    key: 'CSVHeaders',
    control: 'strings',
    section: 'Work',
    when: holder => holder.CSVHeaderLocation === 'GIVEN',
    help: "The columns' names.",
  },
  {
    key: 'ItemsPointer',
    control: 'line',
    section: 'Work',
    when: holder => holder.InputType === 'JSON',
    help: 'JSON pointer of the items in the object, such as /orders.',
  },
  {
    key: 'MaxItems',
    pathKey: 'MaxItemsPath',
    control: 'number',
    section: 'Work',
    help: 'How many items are read at most.',
  },
]

export const itemReader: Field = {
  key: 'ItemReader',
  control: 'object',
  folded: true,
  section: 'Work',
  help: 'Reads the items from S3.',
  fields: [
    {
      key: 'Resource',
      control: 'option',
      section: 'Work',
      options: ['arn:aws:states:::s3:getObject', 'arn:aws:states:::s3:listObjectsV2'],
      help: 'Reads one object, or lists a bucket.',
    },
    ...request('Bucket, and Key or Prefix; VersionId and ExpectedBucketOwner where needed.'),
    {
      key: 'ReaderConfig',
      control: 'object',
      folded: true,
      section: 'Work',
      help: 'How the object is read.',
      fields: readerConfig,
    },
  ],
}

export const itemBatcher: Field = {
  key: 'ItemBatcher',
  control: 'object',
  folded: true,
  section: 'Work',
  help: 'Gives several items to one child execution. One of the two limits is needed.',
  fields: [
    {
      key: 'MaxItemsPerBatch',
      pathKey: 'MaxItemsPerBatchPath',
      control: 'number',
      section: 'Work',
      help: 'How many items at most.',
    },
    {
      key: 'MaxInputBytesPerBatch',
      pathKey: 'MaxInputBytesPerBatchPath',
      control: 'number',
      section: 'Work',
      help: 'How many bytes at most, up to 262144.',
    },
    { key: 'BatchInput', control: 'json', section: 'Work', help: 'Goes with every batch.' },
  ],
}

export const resultWriter: Field = {
  key: 'ResultWriter',
  control: 'object',
  folded: true,
  section: 'Work',
  help: 'Writes the results to S3, or shapes them.',
  fields: [
    {
      key: 'Resource',
      control: 'option',
      section: 'Work',
      options: ['arn:aws:states:::s3:putObject'],
      help: 'Where the results go.',
    },
    ...request('Bucket and Prefix.'),
    {
      key: 'WriterConfig',
      control: 'object',
      folded: true,
      section: 'Work',
      help: 'How the results are written.',
      fields: [
        {
          key: 'Transformation',
          control: 'option',
          section: 'Work',
          options: ['NONE', 'COMPACT', 'FLATTEN'],
          help: 'With facts of the executions, outputs only, or outputs with lists joined.',
        },
        {
          key: 'OutputType',
          control: 'option',
          section: 'Work',
          options: ['JSON', 'JSONL'],
          standard: 'JSON',
          help: 'One list, or a line for each.',
        },
      ],
    },
  ],
}

/** `ProcessorConfig` of a Map. */
export const processorConfig: readonly Field[] = [
  {
    key: 'Mode',
    control: 'option',
    section: 'Work',
    options: ['INLINE', 'DISTRIBUTED'],
    standard: 'INLINE',
    help: 'Items run in this execution, or each in one of its own.',
  },
  {
    key: 'ExecutionType',
    control: 'option',
    section: 'Work',
    options: ['STANDARD', 'EXPRESS'],
    when: holder => holder.Mode === 'DISTRIBUTED',
    help: 'The type of the child executions.',
  },
]
