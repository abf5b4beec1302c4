import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('an input is checked while it is typed, started, and offered again', async ({
  page,
  aws,
  seeded,
  axe,
  shots,
  guard,
}) => {
  guard.expect(/status of 400/)
  const machine = seeded.machines.reminder
  await page.goto(`./#/start?machine=${encodeURIComponent(machine)}`)
  const input = page.getByTestId('input').getByRole('textbox')
  await input.fill('{\n  "seconds" 5\n}')
  await expect(page.getByText('Line 2, column 13: a colon is missing.')).toBeVisible()
  await expect(page.getByTestId('start-go')).toBeDisabled()
  await axe()
  await input.fill('{"seconds": 1000000}')
  await page.getByTestId('name').getByRole('textbox').fill('reminder-friday')
  await shots('start', 'narrow', 'wide')
  await page.getByTestId('save-name').getByRole('textbox').fill('A million')
  await page.getByTestId('save-input').click()
  await input.fill('{"seconds": 2000000}')
  await page.getByTestId('start-go').click()
  await expect(page.getByTestId('name')).toContainText(/already exists/i)
  await page.reload()
  await expect(input).toHaveValue('{"seconds": 2000000}')
  await page
    .getByRole('button', { name: /A million/ })
    .first()
    .click()
  await page.getByTestId('name').getByRole('textbox').fill('typed-here')
  await page.getByTestId('start-go').click()
  await expect(page).toHaveURL(/executions\/.*typed-here/)
  const executionArn = machine.replace(':stateMachine:', ':execution:').concat(':typed-here')
  const { input: started } = await aws<{ input: string }>('DescribeExecution', { executionArn })
  expect(JSON.parse(started)).toEqual({ seconds: 1_000_000 })
})

test('an execution is started again with the input of another', async ({ page, seeded }) => {
  await page.goto(`./#/start?execution=${encodeURIComponent(seeded.executions.succeeded)}`)
  await expect(page.getByTestId('input').getByRole('textbox')).toHaveValue(/ORD-1001/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Start order-fulfilment')
})

test('an Express machine is started and waited for', async ({ page, seeded }) => {
  await page.goto(`./#/start?machine=${encodeURIComponent(seeded.machines['price-quote'])}`)
  await page.getByTestId('input').getByRole('textbox').fill('{"amount": 100}')
  await page.getByTestId('start-sync').click()
  await expect(page.getByTestId('sync-result')).toContainText('Succeeded')
})
