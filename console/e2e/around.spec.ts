import { places } from './support/places'
import { expect, test } from './support/test'

// What is around every screen.

test('quick open: to anything by a few letters', async ({ page, seeded, look }) => {
  await page.goto('./')
  await expect(page.getByTestId('machines')).toBeVisible()
  await page.keyboard.press('Control+k')
  const places = page.getByRole('menu', { name: 'Places' })
  await expect(places.getByRole('menuitem', { name: /^expense-approval/ })).toBeVisible()
  await page.keyboard.type('november-strict')
  await expect(places.getByRole('menuitem', { name: /november-strict/ })).toBeVisible()
  await look('quick-open', 'narrow')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'november-strict' })).toBeVisible()
  expect(decodeURIComponent(page.url())).toContain(seeded.executions.mapRunFailed)
})

test('scope: another account and region', async ({ page, server, seeded, look }) => {
  expect(Object.keys(seeded.machines).length).toBeGreaterThan(0)
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'AWSStepFunctions.CreateStateMachine',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=123456789012/20261121/eu-central-1/states/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({
      name: 'elsewhere',
      definition: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
      roleArn: 'arn:aws:iam::123456789012:role/r',
    }),
  })
  expect(answer.status).toBe(200)
  await page.goto('./')
  await page.getByTestId('scope').click()
  await look('scope')
  await page.getByRole('menuitem', { name: /123456789012 · eu-central-1/ }).click()
  await expect(page.getByRole('link', { name: 'elsewhere' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'order-fulfilment' })).toHaveCount(0)
  // It stays chosen.
  await page.reload()
  await expect(page.getByTestId('scope')).toHaveText(/123456789012/)
  await expect(page.getByRole('link', { name: 'elsewhere' })).toBeVisible()
  await page.getByTestId('scope').click()
  await page.getByRole('menuitem', { name: /^000000000000/ }).click()
  await expect(page.getByRole('link', { name: 'order-fulfilment' })).toBeVisible()
})

test('what is not there is said, and the way back is there', async ({ page, seeded, guard, look }) => {
  guard.expect(/status of 400/)
  await page.goto(places.machine(`${seeded.machines.reminder}-gone`))
  await expect(page.getByTestId('failure')).toContainText('StateMachineDoesNotExist')
  await page.goto(places.execution(`${seeded.executions.waiting}-gone`))
  await expect(page.getByTestId('execution')).toContainText(/does not exist|no such|not there/i)
  await look('nothing-there', 'narrow')
  await page.goto('./#/no/such/screen')
  await expect(page.getByRole('main')).toBeVisible()
})

test('the view: dark by choice, and times in UTC', async ({ page, seeded }) => {
  await page.goto(places.execution(seeded.executions.waiting))
  await page.getByTestId('view-menu').click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('what the server refused is sent again from the keyboard', async ({ page, seeded, guard }) => {
  guard.expect(/status of 400/)
  await page.goto(places.screen('activities'))
  await page.getByTestId('new-activity').click()
  const name = page.getByTestId('activity-name').getByRole('textbox')
  await name.fill('weigh items')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('create-activity')).toContainText(/Invalid Name/)
  await name.fill('weigh-items')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-activity="weigh-items"]')).toContainText('nobody waits')

  await page.goto(places.screen('start', { machine: seeded.machines.reminder }))
  await page.getByTestId('input').getByRole('textbox').fill('{"seconds": 1}')
  const execution = page.getByTestId('name').getByRole('textbox')
  await execution.fill('reminder-friday')
  await execution.press('Control+Enter')
  await expect(page.getByTestId('name')).toContainText(/already exists/i)
  await execution.fill('reminder-saturday')
  await execution.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'reminder-saturday' })).toBeVisible()
})
