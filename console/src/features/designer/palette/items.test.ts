import { expect, test } from 'vitest'
import { flowItems, patternItems } from './items'

test('what names an activity names one of where the console looks', () => {
  const place = { account: '123456789012', region: 'eu-central-1' }
  const items = [...flowItems(place), ...patternItems(place)]
  const text = JSON.stringify(items.flatMap(item => item.fragment('JSONata')))
  expect([...new Set(text.match(/arn:aws:states:[^"]*:activity:[^"]*/g))]).toEqual([
    'arn:aws:states:eu-central-1:123456789012:activity:work',
    'arn:aws:states:eu-central-1:123456789012:activity:review',
    'arn:aws:states:eu-central-1:123456789012:activity:review-by-supervisor',
  ])
  expect(text).not.toContain('000000000000')
})
