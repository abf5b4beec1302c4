import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('machines are listed with their runs, found by name, and lead on', async ({ page, seeded, look }) => {
  await page.goto('./')
  const row = page.locator(`[data-machine-id="${seeded.machines['order-fulfilment']}"]`)
  await expect(row.locator('[data-execution-id]:visible')).toHaveCount(5)
  await expect(row.locator('[data-execution-id]:visible').last()).toHaveAttribute(
    'data-execution-id',
    seeded.executions.rejected,
  )
  await expect(row).toContainText('40 %')
  await look('machines', 'narrow', 'wide')
  await page.getByTestId('search').fill('invoice')
  await expect(page.locator('[data-machine-id]')).toHaveCount(2)
  await expect(page).toHaveURL(/search=invoice/)
  await page.reload()
  await expect(page.locator('[data-machine-id]')).toHaveCount(2)
  await page.getByTestId('search').fill('nothing has this name')
  await expect(page.getByTestId('empty')).toContainText('nothing has this name')
})

test('a machine is deleted after a question', async ({ page, aws, seeded }) => {
  const { stateMachineArn } = await aws<{ stateMachineArn: string }>('CreateStateMachine', {
    name: 'to-be-deleted',
    definition: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
    roleArn: 'arn:aws:iam::000000000000:role/console',
  })
  expect(Object.values(seeded.machines)).not.toContain(stateMachineArn)
  await page.goto('./')
  const row = page.locator(`[data-machine-id="${stateMachineArn}"]`)
  await row.getByTestId('row-menu').click()
  await page.getByTestId('action-delete').click()
  await expect(page.getByTestId('confirm')).toContainText('DELETING')
  await page.getByTestId('confirm-yes').click()
  await expect(row).toHaveCount(0)
})

test('executions are filtered by the address, and the filters survive a reload', async ({
  page,
  seeded,
  look,
}) => {
  await page.goto('./#/executions')
  const rows = page.locator('tr[data-execution-id]')
  await expect(rows.filter({ hasText: 'order-1001' })).toBeVisible()
  await look('executions', 'narrow', 'wide')
  await page.getByTestId('status-FAILED').click()
  await page.getByTestId('status-TIMED_OUT').click()
  await expect(page.locator(`tr[data-execution-id="${seeded.executions.timedOut}"]`)).toBeVisible()
  await expect(page.locator('tr[data-status="SUCCEEDED"]')).toHaveCount(0)
  await page.reload()
  await expect(page.getByTestId('status-FAILED')).toHaveAttribute('aria-pressed', 'true')
  await page.getByTestId('search').fill('EmptyOrder')
  await expect(rows).toHaveCount(1)
  await expect(rows).toHaveAttribute('data-execution-id', seeded.executions.rejected)
  await page.getByTestId('views').click()
  await page.getByTestId('action-save-view').click()
  await page.getByLabel('Name', { exact: true }).fill('Empty orders')
  await page.keyboard.press('Enter')
  await page.getByTestId('clear-filters').click()
  await expect(rows.filter({ hasText: 'order-1001' })).toBeVisible()
  await page.getByTestId('views').click()
  await page.getByTestId('action-view-Empty orders').click()
  await expect(rows).toHaveCount(1)
})

test('a list follows what happens', async ({ page, aws, seeded }) => {
  await page.goto('./#/executions')
  await expect(page.locator('tr[data-execution-id]').first()).toBeVisible()
  const { executionArn } = await aws<{ executionArn: string }>('StartExecution', {
    stateMachineArn: seeded.machines.reminder,
    name: 'live-one',
    input: '{"seconds": 1000000}',
  })
  const row = page.locator(`tr[data-execution-id="${executionArn}"]`)
  await expect(row).toHaveAttribute('data-status', 'RUNNING')
  await aws('StopExecution', { executionArn })
  await expect(row).toHaveAttribute('data-status', 'ABORTED')
})

test('many are stopped and redriven at once, by a range with shift', async ({ page, aws, seeded }) => {
  const arns: string[] = []
  for (let index = 0; index < 30; index++) {
    const { executionArn } = await aws<{ executionArn: string }>('StartExecution', {
      stateMachineArn: seeded.machines.reminder,
      name: `bulk-${index}`,
      input: '{"seconds": 1000000}',
    })
    arns.push(executionArn)
  }
  await page.goto('./#/executions?search=bulk-')
  const boxes = page.locator('tr[data-execution-id] label')
  await expect(page.getByTestId('count')).toContainText('30 shown, 30 running')
  await boxes.nth(0).click()
  await boxes.nth(4).click({ modifiers: ['Shift'] })
  await expect(page.getByTestId('selected')).toHaveText('5 selected')
  await page.getByTestId('bulk-stop-open').click()
  await page.getByTestId('bulk-go').click()
  await expect(page.getByTestId('bulk-state')).toHaveText('5 of 5 stopped.')
  await page.getByTestId('bulk-close').click()
  await expect(page.locator('tr[data-status="ABORTED"]')).toHaveCount(5)
  await page.getByTestId('bulk-redrive-open').click()
  await page.getByTestId('bulk-go').click()
  await expect(page.getByTestId('bulk-state')).toHaveText('5 of 5 redriven.')
  await page.getByTestId('bulk-close').click()
  await expect(page.locator('tr[data-status="ABORTED"]')).toHaveCount(0)
  await page
    .locator('label')
    .filter({ has: page.getByLabel(/Select all/) })
    .click()
  await expect(page.getByTestId('selected')).toHaveText('30 selected')
  await page.getByTestId('bulk-stop-open').click()
  await aws('StopExecution', { executionArn: arns[0] })
  await page.getByTestId('bulk-go').click()
  await expect(page.getByTestId('bulk-state')).toHaveText(
    /^(29 of 29|30 of 30) stopped\.$|29 of 30 stopped, 1 refused/,
  )
})
