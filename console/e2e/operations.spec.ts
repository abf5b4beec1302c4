import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('the system shows its figures and goes on counting', async ({ page, seeded, look }) => {
  expect(seeded.activity).toBeTruthy()
  await page.goto('./#/system')
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('Well')
  await expect(page.getByRole('region', { name: 'Commits', exact: true })).toContainText('decisions')
  await expect(page.getByTestId('sparkline').first().locator('polyline')).toHaveCount(1)
  await look('system', 'narrow', 'wide')
})

test('activities show who waits, are made and deleted, and a task is answered by hand', async ({
  page,
  aws,
  ended,
  seeded,
  guard,
  look,
}) => {
  guard.expect(/status of 400/)
  await page.goto('./#/activities')
  const picking = page.locator('[data-activity="pick-items"]')
  await expect(picking).toContainText('1 wait for a worker, 0 at work')
  await aws('GetActivityTask', { activityArn: seeded.activity, workerName: 'robot-3' })
  await expect(picking).toContainText('robot-3')
  await look('activities', 'narrow')
  await picking.getByRole('button', { name: /Answer for/ }).click()
  await page.getByTestId('hand-output').getByRole('textbox').fill('{"picked": 3}')
  await page.getByTestId('hand-succeed').click()
  expect(await ended(seeded.executions.picking)).toBe('SUCCEEDED')
  await page.getByTestId('new-activity').click()
  await page.getByTestId('activity-name').getByRole('textbox').fill('a name with spaces')
  await page.getByTestId('create-go').click()
  await expect(page.getByTestId('create-activity')).toContainText(/Invalid|failed to satisfy/)
  await page.getByTestId('activity-name').getByRole('textbox').fill('weigh')
  await page.getByTestId('create-go').click()
  const weigh = page.locator('[data-activity="weigh"]')
  await weigh.getByRole('button', { name: 'Delete weigh' }).click()
  await page.getByTestId('confirm-yes').click()
  await expect(weigh).toHaveCount(0)
})
