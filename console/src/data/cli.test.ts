import { expect, test } from 'vitest'
import { cliLine } from './cli'

const line = (options: Record<string, string | undefined>, page = 'http://127.0.0.1:8083/#/machines') =>
  cliLine('start-execution', options, page)

test('a line has its options and the endpoint without the screen', () => {
  expect(line({ 'state-machine-arn': 'arn:aws:states:us-east-1:0:stateMachine:m', name: undefined })).toBe(
    'aws stepfunctions start-execution --state-machine-arn arn:aws:states:us-east-1:0:stateMachine:m --endpoint-url http://127.0.0.1:8083',
  )
  expect(line({}, 'https://h/flow/?x#/a')).toContain('--endpoint-url https://h/flow')
})

test('what a shell would read otherwise is quoted', () => {
  expect(line({ input: `{"a":"it's $HOME"}` })).toContain(`--input '{"a":"it'\\''s $HOME"}'`)
  expect(line({ input: '' })).toContain(`--input ''`)
})
