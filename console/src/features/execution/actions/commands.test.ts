import { expect, test } from 'vitest'
import { commandsOf } from './commands'

const at = 'arn:aws:states:eu-west-1:000000000000'

test('what is shown is written for a shell, whatever the input is', () => {
  const lines = commandsOf(
    {
      arn: `${at}:execution:order:one`,
      running: false,
      stateMachineArn: `${at}:stateMachine:order`,
      input: `{"note":"it's $(done)"}`,
    },
    'http://127.0.0.1:8083/#/executions/x',
  )
  expect(Object.fromEntries(lines.map(({ id, text }) => [id, text]))).toMatchInlineSnapshot(`
    {
      "aws-describe": "aws stepfunctions describe-execution --execution-arn arn:aws:states:eu-west-1:000000000000:execution:order:one --region eu-west-1 --endpoint-url http://127.0.0.1:8083",
      "aws-history": "aws stepfunctions get-execution-history --execution-arn arn:aws:states:eu-west-1:000000000000:execution:order:one --region eu-west-1 --endpoint-url http://127.0.0.1:8083",
      "aws-redrive": "aws stepfunctions redrive-execution --execution-arn arn:aws:states:eu-west-1:000000000000:execution:order:one --region eu-west-1 --endpoint-url http://127.0.0.1:8083",
      "aws-start": "aws stepfunctions start-execution --state-machine-arn arn:aws:states:eu-west-1:000000000000:stateMachine:order --input '{"note":"it'\\''s $(done)"}' --region eu-west-1 --endpoint-url http://127.0.0.1:8083",
      "history": "stateline history arn:aws:states:eu-west-1:000000000000:execution:order:one --endpoint http://127.0.0.1:8083",
      "start": "stateline start arn:aws:states:eu-west-1:000000000000:stateMachine:order --input '{"note":"it'\\''s $(done)"}' --endpoint http://127.0.0.1:8083",
    }
  `)
})

test('what runs can be stopped and not redriven, and an item cannot be started', () => {
  const ids = (running: boolean) =>
    commandsOf({ arn: `${at}:execution:order:one`, running }, 'http://h/').map(({ id }) => id)
  expect(ids(true)).toEqual(['history', 'aws-history', 'aws-describe', 'stop'])
  expect(ids(false)).toEqual(['history', 'aws-history', 'aws-describe', 'aws-redrive'])
})
