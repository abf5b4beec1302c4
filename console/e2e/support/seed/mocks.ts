const busy = { Throw: { Error: 'PaymentGatewayBusy', Cause: 'The gateway answered 503.' } }
const paid = { Return: { StatusCode: 200, Payload: { paid: true } } }
const done = { Return: { StatusCode: 200, Payload: { ok: true } } }

/** What the tasks of `order-fulfilment` are answered, by test case. */
export const MOCKS = {
  StateMachines: {
    'order-fulfilment': {
      TestCases: {
        Paid: { ChargeCard: 'paid', Ship: 'done' },
        BusyTwice: { ChargeCard: 'busyTwice', Ship: 'done' },
        Declined: { ChargeCard: 'declined', TellCustomer: 'done' },
        GatewayDown: { ChargeCard: 'down' },
      },
    },
  },
  MockedResponses: {
    paid: { '0': paid },
    busyTwice: { '0-1': busy, '2': paid },
    declined: { '0': { Throw: { Error: 'CardDeclined', Cause: 'The bank said no.' } } },
    // Enough for some redrives as well.
    down: { '0-50': busy },
    done: { '0': done },
  },
}
