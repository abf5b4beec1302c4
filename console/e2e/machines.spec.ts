import { places } from './support/places'
import { expect, test } from './support/test'

test('state machines: how each has been doing, found by name, live', async ({ page, aws, seeded, look }) => {
  await page.goto('./')
  const row = (arn: string) => page.locator(`tr[data-machine-id="${arn}"]`)
  const orders = row(seeded.machines['order-fulfilment'])
  await expect(orders.locator('[data-status=SUCCEEDED]:visible')).toHaveCount(3)
  await expect(orders.locator('[data-status=FAILED]:visible')).toHaveCount(2)
  await expect(orders.getByRole('link', { name: '40 %' })).toBeVisible()
  await look('machines', 'narrow', 'wide')

  const reminder = row(seeded.machines.reminder)
  await expect(reminder.getByRole('link', { name: '1', exact: true })).toBeVisible()
  await aws('StartExecution', { stateMachineArn: seeded.machines.reminder, input: '{"seconds":100000}' })
  await expect(reminder.getByRole('link', { name: '2', exact: true })).toBeVisible()

  await page.getByTestId('search').fill('invoice')
  await expect(page.locator('tr[data-machine-id]')).toHaveCount(2)
  await expect(page).toHaveURL(/search=invoice/)
  await page.reload()
  await expect(page.locator('tr[data-machine-id]')).toHaveCount(2)
  await page.getByTestId('search').fill('no such thing')
  await expect(page.getByTestId('empty')).toContainText('no such thing')
  await page.getByRole('button', { name: 'Show all' }).click()
  await orders.getByRole('link', { name: 'order-fulfilment' }).click()
  await expect(page.getByRole('heading', { name: 'order-fulfilment' })).toBeVisible()
})

test('a machine: its graph', async ({ page, seeded, look }) => {
  await page.goto(places.machine(seeded.machines['order-fulfilment']))
  const state = page.locator('[data-state-id="/States/ChargeAndReserve"]')
  await state.click()
  await expect(page).toHaveURL(/state=/)
  await expect(page.getByTestId('state')).toContainText('CardDeclined')
  await look('machine-graph', 'narrow', 'wide')
})

test('a machine: its executions, filtered in the address', async ({ page, seeded, look }) => {
  await page.goto(places.machine(seeded.machines['order-fulfilment'], { tab: 'executions' }))
  await expect(page.locator('tr[data-execution-id]')).toHaveCount(5)
  await look('machine-executions')
  await page.getByTestId('status-FAILED').click()
  await expect(page.locator('tr[data-execution-id]')).toHaveCount(2)
  await expect(page).toHaveURL(/status=.*FAILED/)
})

test('a machine: a version is published, led to by an alias, and compared', async ({
  page,
  aws,
  seeded,
  look,
}) => {
  const stateMachineArn = seeded.machines['warehouse-pick']
  await page.goto(places.machine(stateMachineArn, { tab: 'versions' }))
  await expect(page.getByTestId('empty')).toContainText('No version is published')
  await page.getByTestId('publish').click()
  await page.getByTestId('publish-dialog').getByRole('textbox').fill('As it was in spring')
  await page.getByTestId('publish-go').click()
  await expect(page.locator('tr[data-version="1"]')).toContainText('As it was in spring')

  await page.getByTestId('new-alias').click()
  await page.getByTestId('alias-name').getByRole('textbox').fill('live')
  await page.getByTestId('alias-save').click()
  await expect(page.locator('tr[data-version="1"]')).toContainText('live')

  const { definition } = await aws<{ definition: string }>('DescribeStateMachine', { stateMachineArn })
  await aws('UpdateStateMachine', { stateMachineArn, definition: definition.replace('86400', '3600') })
  await page.reload()
  await page.getByTestId('compare').click()
  await expect(page.getByRole('list', { name: 'Differences' })).toContainText('Pick')
  await expect(page.locator('[data-state-id="/States/Pick"][data-diff=changed]')).toBeVisible()
  await look('machine-versions', 'narrow')
})

test('a machine: its settings and tags', async ({ page, seeded, look }) => {
  await page.goto(places.machine(seeded.machines['expense-approval'], { tab: 'settings' }))
  await page.getByTestId('tag-key').getByRole('textbox').fill('team')
  await page.getByTestId('tag-value').getByRole('textbox').fill('finance')
  await page.getByTestId('tag-add').click()
  await expect(page.getByTestId('tags').getByRole('listitem')).toHaveText(/team\s*finance/)
  await look('machine-settings', 'narrow')
})

test('start: with a recent input, by keyboard, and what is wrong is said at its field', async ({
  page,
  seeded,
  guard,
  look,
}) => {
  guard.expect(/status of 400/)
  await page.goto(places.screen('start', { machine: seeded.machines.reminder }))
  const input = page.getByTestId('input').getByRole('textbox')
  await page.getByTestId('recent').getByRole('button').first().click()
  await expect(input).toHaveValue(/"seconds": 100000/)
  await look('start', 'narrow', 'wide')

  await input.fill('{\n  "seconds": 5,\n}')
  await expect(page.getByText(/Line 3, column 1/)).toBeVisible()
  await expect(page.getByTestId('start-go')).toBeDisabled()
  await input.fill('{"seconds": 90000}')
  await page.getByTestId('name').getByRole('textbox').fill('reminder-friday')
  await input.press('Control+Enter')
  await expect(page.getByTestId('name')).toContainText(/already exists/i)
  await page.getByTestId('name').getByRole('textbox').fill('by-hand')
  await input.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'by-hand' })).toBeVisible()
  await expect(page.locator('[data-execution-id][data-status=RUNNING]')).toBeVisible()
})

test('start: an Express execution answers on the spot', async ({ page, seeded }) => {
  await page.goto(places.screen('start', { machine: seeded.machines['price-quote'] }))
  await page.getByTestId('input').getByRole('textbox').fill('{"amount": 100}')
  await page.getByTestId('start-sync').click()
  await expect(page.getByTestId('sync-result')).toContainText('119')
})
