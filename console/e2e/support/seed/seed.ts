import { type Aws, ended } from '../aws'
import { DEFINITIONS } from './machines'

const ROLE = 'arn:aws:iam::000000000000:role/console'

/** ARNs by name. */
export interface Seeded {
  machines: Record<MachineName, string>
  executions: Record<ExecutionName, string>
  /** The activity that `picking` waits for. */
  activity: string
}

type MachineName =
  | 'order-fulfilment'
  | 'expense-approval'
  | 'approval-mailbox'
  | 'warehouse-pick'
  | 'invoice-run'
  | 'invoice-run-strict'
  | 'month-close'
  | 'reminder'
  | 'impatient'
  | 'price-quote'

type ExecutionName =
  | 'succeeded'
  | 'retried'
  | 'caught'
  | 'failed'
  | 'rejected'
  | 'approval'
  | 'picking'
  | 'waiting'
  | 'aborted'
  | 'timedOut'
  | 'mapRun'
  | 'mapRunFailed'
  | 'nested'
  | 'express'
  | 'expressFailed'

const order = {
  orderId: 'ORD-1001',
  customer: 'Ada Lovelace',
  items: [
    { sku: 'A-1', count: 2 },
    { sku: 'B-7', count: 1 },
  ],
}
const bills = Array.from({ length: 40 }, (_, at) => ({
  bill: `B-${at + 1}`,
  amount: at % 10 === 3 ? -1 : at * 12.5,
}))

/** Makes machines of all kinds and an execution in every status, and waits until what can end has ended. */
export async function seed(aws: Aws): Promise<Seeded> {
  const { activityArn } = await aws<{ activityArn: string }>('CreateActivity', { name: 'pick-items' })
  const machines = await createMachines(aws, activityArn)
  const executions = await startExecutions(aws, machines)
  await aws('StopExecution', {
    executionArn: executions.aborted,
    error: 'NotNeeded',
    cause: 'The customer called.',
  })
  const open: ExecutionName[] = ['approval', 'picking', 'waiting']
  for (const [name, arn] of Object.entries(executions)) {
    if (!open.includes(name as ExecutionName)) await ended(aws, arn)
  }
  return { machines, executions, activity: activityArn }
}

async function createMachines(aws: Aws, activity: string): Promise<Seeded['machines']> {
  const create = async (name: MachineName, definition: object, type = 'STANDARD') => {
    const input = { name, definition: JSON.stringify(definition, undefined, 2), roleArn: ROLE, type }
    return (await aws<{ stateMachineArn: string }>('CreateStateMachine', input)).stateMachineArn
  }
  const mailbox = await create('approval-mailbox', DEFINITIONS.mailbox)
  const invoices = await create('invoice-run', DEFINITIONS.invoiceRun(25))
  return {
    'approval-mailbox': mailbox,
    'invoice-run': invoices,
    'order-fulfilment': await create('order-fulfilment', DEFINITIONS.orderFulfilment),
    'expense-approval': await create('expense-approval', DEFINITIONS.expenseApproval(mailbox)),
    'warehouse-pick': await create('warehouse-pick', DEFINITIONS.warehousePick(activity)),
    'invoice-run-strict': await create('invoice-run-strict', DEFINITIONS.invoiceRun(5)),
    'month-close': await create('month-close', DEFINITIONS.monthClose(invoices)),
    reminder: await create('reminder', DEFINITIONS.reminder),
    impatient: await create('impatient', DEFINITIONS.impatient),
    'price-quote': await create('price-quote', DEFINITIONS.priceQuote, 'EXPRESS'),
  }
}

async function startExecutions(aws: Aws, machines: Seeded['machines']): Promise<Seeded['executions']> {
  const start = async (machine: MachineName, name: string, input: object = {}, testCase = '') => {
    const stateMachineArn = machines[machine] + (testCase && `#${testCase}`)
    const request = { stateMachineArn, name, input: JSON.stringify(input) }
    return (await aws<{ executionArn: string }>('StartExecution', request)).executionArn
  }
  return {
    succeeded: await start('order-fulfilment', 'order-1001', order, 'Paid'),
    retried: await start('order-fulfilment', 'order-1002', order, 'BusyTwice'),
    caught: await start('order-fulfilment', 'order-1003', order, 'Declined'),
    failed: await start('order-fulfilment', 'order-1004', order, 'GatewayDown'),
    rejected: await start('order-fulfilment', 'order-1005', { orderId: 'ORD-1005', items: [] }),
    approval: await start('expense-approval', 'expense-77', {
      who: 'Grace Hopper',
      amount: 240,
      for: 'Conference',
    }),
    picking: await start('warehouse-pick', 'pick-12', { shelf: 'C4', count: 3 }),
    waiting: await start('reminder', 'reminder-friday', { seconds: 1_000_000 }),
    aborted: await start('reminder', 'reminder-cancelled', { seconds: 1_000_000 }),
    timedOut: await start('impatient', 'too-slow'),
    mapRun: await start('invoice-run', 'november', bills),
    mapRunFailed: await start('invoice-run-strict', 'november-strict', bills),
    nested: await start('month-close', 'close-november', bills.slice(0, 5)),
    express: await start('price-quote', 'quote-1', { amount: 100 }),
    expressFailed: await start('price-quote', 'quote-2', { amount: 100_000 }),
  }
}
