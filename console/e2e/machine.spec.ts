import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('a machine shows its graph, its executions, its versions and its settings', async ({
  page,
  seeded,
  look,
}) => {
  const place = `./#/machines/${encodeURIComponent(seeded.machines['order-fulfilment'])}`
  await page.goto(place)
  await page.getByText('ChargeCard').first().click()
  await expect(page.getByTestId('state')).toContainText('PaymentGatewayBusy')
  await look('machine-graph', 'narrow', 'wide')
  await page.getByTestId('tab-executions').click()
  await expect(page.locator('tr[data-execution-id]')).toHaveCount(5)
  await page.getByTestId('status-SUCCEEDED').click()
  await expect(page.locator('tr[data-execution-id]')).toHaveCount(3)
  await page.getByTestId('tab-settings').click()
  await page.getByTestId('tag-key').getByRole('textbox').fill('team')
  await page.getByTestId('tag-value').getByRole('textbox').fill('orders')
  await page.getByTestId('tag-add').click()
  await expect(page.getByTestId('tags').getByRole('listitem')).toHaveText(/team\s*orders/)
  await look('machine-settings', 'narrow')
})

test('versions are published, compared and led to', async ({ page, aws, seeded, look }) => {
  const arn = seeded.machines.reminder
  await page.goto(`./#/machines/${encodeURIComponent(arn)}?tab=versions`)
  await page.getByTestId('publish').click()
  await page.getByTestId('publish-go').click()
  await expect(page.locator('[data-version="1"]')).toBeVisible()
  const { definition } = await aws<{ definition: string }>('DescribeStateMachine', { stateMachineArn: arn })
  const changed = JSON.parse(definition)
  const [first] = Object.keys(changed.States)
  changed.States[first as string].Comment = 'changed'
  changed.States.New = { Type: 'Succeed' }
  changed.States[first as string].Next = 'New'
  delete changed.States[first as string].End
  await aws('UpdateStateMachine', {
    stateMachineArn: arn,
    definition: JSON.stringify(changed),
    publish: true,
  })
  await page.reload()
  await page.getByTestId('new-alias').click()
  await page.getByTestId('alias-name').getByRole('textbox').fill('live')
  await page.getByTestId('alias-save').click()
  await expect(page.locator('[data-alias="live"]')).toContainText('version 2: 100 %')
  await page.locator('[data-version="1"]').getByRole('button').click()
  await page.getByTestId('action-compare').click()
  const list = page.getByRole('list', { name: 'Differences' })
  await expect(list).toContainText('New')
  await expect(list).toContainText('added')
  await look('versions', 'narrow')
})
