import { expect, test } from './support/test'

test('what tests begin with is there in every status', async ({ aws, seeded }) => {
  const statuses: Record<string, string> = {}
  for (const [name, executionArn] of Object.entries(seeded.executions)) {
    statuses[name] = (await aws<{ status: string }>('DescribeExecution', { executionArn })).status
  }
  expect(statuses).toEqual({
    succeeded: 'SUCCEEDED',
    retried: 'SUCCEEDED',
    caught: 'SUCCEEDED',
    failed: 'FAILED',
    rejected: 'FAILED',
    approval: 'RUNNING',
    picking: 'RUNNING',
    waiting: 'RUNNING',
    aborted: 'ABORTED',
    timedOut: 'TIMED_OUT',
    mapRun: 'SUCCEEDED',
    mapRunFailed: 'FAILED',
    nested: 'SUCCEEDED',
    express: 'SUCCEEDED',
    expressFailed: 'FAILED',
  })
})
