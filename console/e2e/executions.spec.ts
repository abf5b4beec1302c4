import { readFile } from 'node:fs/promises'
import { places } from './support/places'
import { expect, test } from './support/test'

test('executions: across machines, narrowed in the address, live', async ({ page, aws, seeded, look }) => {
  await page.goto(places.screen('executions'))
  const rows = page.locator('tr[data-execution-id]')
  const row = (arn: string) => page.locator(`tr[data-execution-id="${arn}"]`)
  await expect(row(seeded.executions.failed)).toContainText('PaymentGatewayBusy')
  await look('executions', 'narrow', 'wide')

  const shown = await rows.count()
  const name = 'while-you-look'
  await aws('StartExecution', {
    stateMachineArn: seeded.machines.reminder,
    name,
    input: '{"seconds":100000}',
  })
  await expect(rows).toHaveCount(shown + 1)
  await expect(rows.first()).toContainText(name)

  await page.getByTestId('status-FAILED').click()
  await page.getByTestId('search').fill('order-100')
  await expect(rows).toHaveCount(2)
  await expect(page).toHaveURL(/search=order-100/)
  await page.reload()
  await expect(rows).toHaveCount(2)
  await page.getByTestId('clear-filters').click()
  await expect(row(seeded.executions.mapRun)).toBeVisible()
})

test('executions: several are stopped at once', async ({ page, aws, seeded, look }) => {
  for (const name of ['bulk-1', 'bulk-2']) {
    const input = '{"seconds":100000}'
    await aws('StartExecution', { stateMachineArn: seeded.machines.reminder, name, input })
  }
  await page.goto(places.screen('executions', { search: 'bulk-' }))
  await expect(page.locator('tr[data-execution-id]')).toHaveCount(2)
  // By keyboard.
  await page.getByTestId('select-all').focus()
  await page.keyboard.press('Space')
  await expect(page.getByTestId('selected')).toHaveText('2 selected')
  await page.getByTestId('bulk-stop-open').press('Enter')
  await look('bulk-stop', 'narrow')
  await page.getByTestId('bulk-go').click()
  await expect(page.getByTestId('bulk-state')).toContainText('2 of 2 stopped')
  await page.getByTestId('bulk-close').click()
  await expect(page.locator('tr[data-status=ABORTED]')).toHaveCount(2)
})

test('an execution: the graph shows how far it came and why not further', async ({ page, seeded, look }) => {
  await page.goto(places.execution(seeded.executions.failed))
  const wrong = page.getByTestId('what-went-wrong')
  await expect(wrong).toContainText('ChargeCard failed after 3 attempts: PaymentGatewayBusy')
  await expect(page.locator('[data-state-id$="/ChargeCard"]')).toHaveAttribute('data-status', 'failed')
  await page.getByTestId('graph-fit').click()
  await expect(page.locator('[data-state-id="/States/Ship"]')).toHaveAttribute('data-status', 'notReached')
  await look('execution-failed', 'narrow', 'wide')
  await page.getByTestId('open-failure').click()
  await expect(page.getByTestId('side')).toContainText('The gateway answered 503.')
  await expect(page.getByTestId('attempts')).toContainText('PaymentGatewayBusy')
  await look('execution-side', 'narrow')
})

test('an execution: what is selected in one view is so in all, and in the address', async ({
  page,
  seeded,
  look,
}) => {
  await page.goto(places.execution(seeded.executions.caught))
  await page.locator('[data-state-id="/States/TellCustomer"]').click()
  await expect(page.getByTestId('side').getByRole('heading', { name: 'TellCustomer' })).toBeVisible()
  await page.getByTestId('tab-timeline').click()
  await expect(page.getByTestId('lane').and(page.locator('[aria-selected=true]'))).toContainText(
    'TellCustomer',
  )
  await look('execution-timeline', 'narrow')
  await page.getByTestId('tab-events').click()
  await expect(page.getByTestId('event').and(page.locator('[aria-selected=true]'))).toContainText(
    'TellCustomer',
  )
  await page.getByTestId('events').focus()
  await page.keyboard.press('End')
  await expect(page.getByTestId('event').and(page.locator('[aria-selected=true]'))).toContainText(
    'ExecutionSucceeded',
  )
  await page.getByTestId('events-find').getByRole('textbox').fill('CardDeclined')
  await expect(page.getByTestId('events-count')).toContainText(/^[1-9]\d* of \d+ events$/)
  await expect(page).toHaveURL(/find=CardDeclined/)
  await look('execution-events', 'narrow')
})

test('an execution: the replay goes back to any event', async ({ page, seeded, look }) => {
  await page.goto(places.execution(seeded.executions.succeeded))
  const ship = page.locator('[data-state-id="/States/Ship"]')
  await expect(ship).toHaveAttribute('data-status', 'succeeded')
  const slider = page.getByTestId('replay-slider')
  await slider.focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
  await expect(ship).toHaveAttribute('data-status', 'notReached')
  await expect(page).toHaveURL(/at=/)
  await look('execution-replay')
  await page.getByTestId('replay-live').click()
  await expect(ship).toHaveAttribute('data-status', 'succeeded')
})

test('an execution: nested ones and Map Runs are one click away', async ({ page, seeded }) => {
  await page.goto(places.execution(seeded.executions.nested))
  await page.locator('[data-state-id="/States/RunInvoices"]').click()
  await page.getByTestId('child-link').click()
  await page.locator('[data-state-id="/States/Bill"]').click()
  await page.getByTestId('maprun-link').click()
  await expect(page.getByTestId('heat-grid')).toHaveAttribute('data-cells', '5')
  await page.getByTestId('parent').click()
  await expect(page.locator('[data-state-id="/States/Bill"]')).toHaveAttribute('data-status', 'succeeded')
})

test('an execution: it is stopped, and started again with edited input', async ({
  page,
  aws,
  seeded,
  look,
}) => {
  const { executionArn } = await aws<{ executionArn: string }>('StartExecution', {
    stateMachineArn: seeded.machines.reminder,
    name: 'to-stop',
    input: '{"seconds":100000}',
  })
  await page.goto(places.execution(executionArn))
  await expect(page.locator('[data-state-id="/States/Sleep"]')).toHaveAttribute('data-status', 'waiting')
  await look('execution-running', 'narrow')
  await page.getByTestId('stop').click()
  await page.getByTestId('stop-yes').click()
  await expect(page.locator('main [data-status=ABORTED]')).toBeVisible()
  await page.getByTestId('start-again').click()
  await page.getByTestId('input').getByRole('textbox').fill('{"seconds":1}')
  await page.getByTestId('start-go').click()
  await expect(page.locator('main [data-status=SUCCEEDED]')).toBeVisible()
})

test('a Map Run: all its items, and what failed', async ({ page, aws, seeded, look }) => {
  const { mapRuns } = await aws<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
    executionArn: seeded.executions.mapRunFailed,
  })
  await page.goto(places.mapRun(mapRuns[0]?.mapRunArn ?? ''))
  await expect(page.getByTestId('heat-grid')).toHaveAttribute('data-cells', '40')
  await expect(page.getByTestId('failure-groups')).toContainText('NegativeAmount')
  await look('maprun', 'narrow', 'wide')
  await page.getByTestId('as-table').click()
  await expect(page.locator('tr[data-status=FAILED]').first()).toContainText('NegativeAmount')
})

test('a history file opens in the same view', async ({ page, aws, seeded, look }, info) => {
  const executionArn = seeded.executions.failed
  const history = await aws('GetExecutionHistory', { executionArn, maxResults: 1000 })
  const file = info.outputPath('history.json')
  await page.goto(places.screen('import'))
  await look('import', 'narrow')
  await page.getByTestId('import-paste').getByRole('textbox').fill('{"events": 7}')
  await page.getByTestId('import-show').click()
  await expect(page.getByRole('alert')).toContainText('events')
  const choosing = page.waitForEvent('filechooser')
  await page.getByTestId('import-choose').click()
  await (await choosing).setFiles({
    name: 'history.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(history)),
  })
  await expect(page.getByTestId('what-went-wrong')).toContainText('PaymentGatewayBusy')
  await page.getByTestId('tab-timeline').click()
  await expect(page.getByTestId('lane').first()).toContainText('CheckOrder')
  await page.getByTestId('tab-graph').click()
  await expect(page.locator('[data-status=failed][data-testid=graph-state]').first()).toBeVisible()
  await look('import-shown', 'narrow')

  // What the console saves is what it opens.
  await page.goto(places.execution(executionArn))
  await page.getByTestId('more-actions').click()
  const saving = page.waitForEvent('download')
  await page.getByTestId('action-export').click()
  await (await saving).saveAs(file)
  expect(JSON.parse(await readFile(file, 'utf8')).events).toEqual(Reflect.get(history, 'events'))
})
