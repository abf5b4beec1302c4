import type { TreeNode } from '../tree'

/** The order in which people write fields. It serves machines, states, rules, catchers and processors alike. */
const ORDER = [
  'Type',
  'ErrorEquals',
  'Comment',
  'Version',
  'QueryLanguage',
  'Variable',
  'Condition',
  'And',
  'Or',
  'Not',
  'Resource',
  'Credentials',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'InputPath',
  'Parameters',
  'Arguments',
  'Result',
  'Error',
  'ErrorPath',
  'Cause',
  'CausePath',
  'Seconds',
  'SecondsPath',
  'Timestamp',
  'TimestampPath',
  'ItemReader',
  'ItemsPath',
  'Items',
  'ItemSelector',
  'ItemBatcher',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'Label',
  'ProcessorConfig',
  'ItemProcessor',
  'Iterator',
  'Branches',
  'Choices',
  'Default',
  'ResultWriter',
  'ResultSelector',
  'ResultPath',
  'Assign',
  'Output',
  'OutputPath',
  'TimeoutSeconds',
  'TimeoutSecondsPath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'Retry',
  'Catch',
  'StartAt',
  'States',
  'Next',
  'End',
]
const RANKS = new Map(ORDER.map((key, rank) => [key, rank]))

/** A field that nobody knows goes in front of what leads on. */
const UNKNOWN = RANKS.get('StartAt') ?? 0

const FORM =
  /^(\/States\/[^/]+(\/Branches\/\d+|\/ItemProcessor|\/Iterator|(?=\/States)))*(\/States\/[^/]+(\/(Choices|Catch|Retry)\/\d+)?)?$/

/** Whether the object at a pointer has the language's fields; else its keys are the author's. */
export function hasFields(pointer: string): boolean {
  return FORM.test(pointer)
}

/** Where convention puts a new field: the index among the entries. */
export function fieldIndex(node: TreeNode, key: string): number {
  const rank = rankOf(key)
  const ranks = node.entries.map(entry => rankOf(entry.key))
  const smaller = ranks.filter(other => other <= rank)
  if (smaller.length === 0) return 0
  const nearest = Math.max(...smaller)
  return ranks.lastIndexOf(nearest) + 1
}

function rankOf(key: string): number {
  return RANKS.get(key) ?? UNKNOWN - 0.5
}
