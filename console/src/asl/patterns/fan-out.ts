import { EXIT, type Fragment } from '../edits/fragment'
import type { QueryLanguage } from '../fields'
import { lambda, SERVICE_ERRORS, say } from './language'

/** The same for each item of a list: 10 at a time here, or in executions of their own. */
export function fanOut(language: QueryLanguage, distributed = false): Fragment {
  const items = say(
    language,
    { ItemsPath: '$.items', ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' } },
    {
      Items: '{% $states.input.items %}',
      ItemSelector: {
        item: '{% $states.context.Map.Item.Value %}',
        index: '{% $states.context.Map.Item.Index %}',
      },
    },
  )
  const payload = say(language, { 'item.$': '$.item' }, { item: '{% $states.input.item %}' })
  const config = distributed ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } : { Mode: 'INLINE' }
  const states = {
    'Process item': {
      ...lambda(language, 'process-item', payload),
      Retry: [{ ErrorEquals: SERVICE_ERRORS, IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
      End: true,
    },
  }
  const tolerance = distributed
    ? { MaxConcurrency: 100, ToleratedFailurePercentage: 5 }
    : { MaxConcurrency: 10 }
  const processor = { ProcessorConfig: config, StartAt: 'Process item', States: states }
  const results = say(language, { ResultPath: '$.results' }, { Output: { results: '{% $states.result %}' } })
  return [
    [
      'For each item',
      { Type: 'Map', ...items, ...tolerance, ItemProcessor: processor, ...results, Next: EXIT },
    ],
  ]
}
