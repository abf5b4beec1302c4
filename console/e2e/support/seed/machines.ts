/** Definitions as people write them, which need no function and no service: what is called is
 * mocked (see mocks.ts), waits, or is this server itself. */

const LAMBDA = 'arn:aws:states:::lambda:invoke'
const task = (name: string, more: object) => ({
  Type: 'Task',
  Resource: LAMBDA,
  Parameters: { FunctionName: name, 'Payload.$': '$' },
  ...more,
})

const orderFulfilment = {
  Comment: 'Checks an order, charges the card while the items are put aside, and ships',
  StartAt: 'CheckOrder',
  States: {
    CheckOrder: {
      Type: 'Choice',
      Choices: [{ Variable: '$.items[0]', IsPresent: true, Next: 'ChargeAndReserve' }],
      Default: 'EmptyOrder',
    },
    EmptyOrder: { Type: 'Fail', Error: 'EmptyOrder', Cause: 'An order needs at least one item.' },
    ChargeAndReserve: {
      Type: 'Parallel',
      ResultPath: '$.prepared',
      Branches: [
        {
          StartAt: 'ChargeCard',
          States: {
            ChargeCard: task('charge-card', {
              Retry: [
                { ErrorEquals: ['PaymentGatewayBusy'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
              ],
              ResultSelector: { 'paid.$': '$.Payload.paid' },
              End: true,
            }),
          },
        },
        {
          StartAt: 'ReserveItems',
          States: {
            ReserveItems: {
              Type: 'Map',
              ItemsPath: '$.items',
              MaxConcurrency: 1,
              ItemProcessor: {
                StartAt: 'ReserveItem',
                States: { ReserveItem: { Type: 'Pass', Result: { reserved: true }, End: true } },
              },
              End: true,
            },
          },
        },
      ],
      Catch: [{ ErrorEquals: ['CardDeclined'], ResultPath: '$.problem', Next: 'TellCustomer' }],
      Next: 'Ship',
    },
    Ship: task('ship', { ResultPath: '$.shipment', End: true }),
    TellCustomer: task('tell-customer', { ResultPath: '$.told', Next: 'NotShipped' }),
    NotShipped: { Type: 'Succeed' },
  },
}

/** Tells its approver through another machine, and waits until the token comes back. */
const expenseApproval = (mailbox: string) => ({
  StartAt: 'AskManager',
  States: {
    AskManager: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken',
      Parameters: {
        StateMachineArn: mailbox,
        Input: {
          'token.$': '$$.Task.Token',
          'expense.$': '$',
          form: {
            type: 'object',
            title: 'Approve an expense',
            required: ['approved'],
            properties: {
              approved: { type: 'boolean', title: 'Approved' },
              costCentre: { type: 'string', enum: ['Travel', 'Equipment', 'Training'], title: 'Cost centre' },
              limit: { type: 'number', title: 'Up to' },
              comment: { type: 'string', maxLength: 2000, title: 'Comment' },
            },
          },
        },
      },
      TimeoutSeconds: 604800,
      HeartbeatSeconds: 604799,
      Next: 'Decide',
    },
    Decide: {
      Type: 'Choice',
      Choices: [{ Variable: '$.approved', BooleanEquals: true, Next: 'Pay' }],
      Default: 'Refused',
    },
    Pay: { Type: 'Succeed' },
    Refused: { Type: 'Fail', Error: 'Refused', CausePath: '$.comment' },
  },
})

const mailbox = { StartAt: 'Send', States: { Send: { Type: 'Pass', End: true } } }

const warehousePick = (activity: string) => ({
  StartAt: 'Pick',
  States: { Pick: { Type: 'Task', Resource: activity, TimeoutSeconds: 86400, End: true } },
})

/** Bills whose amount is below zero fail. */
const invoiceRun = (tolerated: number) => ({
  StartAt: 'Bill',
  States: {
    Bill: {
      Type: 'Map',
      Label: 'Bill',
      MaxConcurrency: 10,
      ToleratedFailurePercentage: tolerated,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'HasAmount',
        States: {
          HasAmount: {
            Type: 'Choice',
            Choices: [{ Variable: '$.amount', NumericGreaterThanEquals: 0, Next: 'Send' }],
            Default: 'NegativeAmount',
          },
          Send: { Type: 'Pass', End: true },
          NegativeAmount: { Type: 'Fail', Error: 'NegativeAmount', Cause: 'A bill cannot be below zero.' },
        },
      },
      End: true,
    },
  },
})

const monthClose = (invoices: string) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'RunInvoices',
  States: {
    RunInvoices: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: invoices, Input: '{% $states.input %}' },
      Assign: { sent: '{% $count($states.result.Output) %}' },
      Output: '{% $states.result.Output %}',
      Next: 'Report',
    },
    Report: { Type: 'Pass', Output: { sent: '{% $sent %}' }, End: true },
  },
})

const reminder = {
  StartAt: 'Sleep',
  TimeoutSeconds: 2_000_000,
  States: {
    Sleep: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Remind' },
    Remind: { Type: 'Succeed' },
  },
}

const impatient = {
  StartAt: 'Sleep',
  TimeoutSeconds: 1,
  States: { Sleep: { Type: 'Wait', Seconds: 3600, End: true } },
}

const priceQuote = {
  QueryLanguage: 'JSONata',
  StartAt: 'Quote',
  States: {
    Quote: {
      Type: 'Pass',
      Output: { price: '{% $round($states.input.amount * 1.19, 2) %}' },
      Next: 'Check',
    },
    Check: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.price > 10000 %}', Next: 'TooHigh' }],
      Default: 'Done',
    },
    TooHigh: { Type: 'Fail', Error: 'PriceTooHigh', Cause: 'Somebody has to look at this one.' },
    Done: { Type: 'Succeed' },
  },
}

export const DEFINITIONS = {
  orderFulfilment,
  expenseApproval,
  mailbox,
  warehousePick,
  invoiceRun,
  monthClose,
  reminder,
  impatient,
  priceQuote,
}
