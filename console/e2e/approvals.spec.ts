import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('a task is opened by its link, its form is checked, and the answer goes on', async ({
  page,
  aws,
  ended,
  seeded,
  look,
}) => {
  const execution = seeded.executions.approval
  await page.goto('./#/approvals')
  await expect(page.getByTestId('inbox').getByRole('link')).toHaveCount(1)
  await page.keyboard.press('j')
  await expect(page).toHaveURL(/state=AskManager/)
  const link = page.url()
  await page.goto('./#/')
  await page.goto(link)
  const task = page.getByTestId('task')
  await expect(task).toContainText('Grace Hopper')
  await expect(task.getByTestId('form')).toBeVisible()
  await look('approvals', 'narrow', 'wide')
  await page
    .locator('label')
    .filter({ has: page.getByTestId('form-approved') })
    .or(page.getByTestId('form-approved'))
    .first()
    .click()
  await page.getByTestId('approve').click()
  expect(await ended(execution)).toBe('SUCCEEDED')
  const { output } = await aws<{ output: string }>('DescribeExecution', { executionArn: execution })
  expect(output).toContain('true')
  await page.goto('./#/')
  await page.goto(link)
  await expect(page.getByTestId('task-over')).toContainText('This task was completed')
})

test('a task that is answered elsewhere says so, and rejection carries its comment', async ({
  page,
  aws,
  ended,
  seeded,
}) => {
  const start = async (name: string) => {
    const stateMachineArn = seeded.machines['expense-approval']
    const request = {
      stateMachineArn,
      name,
      input: '{"who":"Alan","amount":1,"for":"<img src=x onerror=alert(1)>"}',
    }
    return (await aws<{ executionArn: string }>('StartExecution', request)).executionArn
  }
  const [mine, theirs] = [await start('mine'), await start('theirs')]
  await page.goto(`./#/approvals?execution=${encodeURIComponent(theirs)}&state=AskManager`)
  await expect(page.getByTestId('task')).toContainText('<img src=x')
  await aws('StopExecution', { executionArn: theirs })
  await expect(page.getByTestId('task-over')).toContainText('its execution is over')
  await page.goto(`./#/approvals?execution=${encodeURIComponent(mine)}&state=AskManager`)
  await page.getByTestId('comment').getByRole('textbox').fill('Too dear')
  await page.getByTestId('reject').click()
  expect(await ended(mine)).toBe('FAILED')
  const { error, cause } = await aws<{ error: string; cause: string }>('DescribeExecution', {
    executionArn: mine,
  })
  expect([error, cause]).toEqual(['Rejected', 'Too dear'])
})
