import { places } from './support/places'
import { expect, test } from './support/test'

test('approvals: by the form that the workflow gives', async ({ page, aws, seeded, ended, look }) => {
  await page.goto(places.screen('approvals'))
  const waiting = page.getByTestId('inbox').locator(`[data-execution-id="${seeded.executions.approval}"]`)
  await waiting.click()
  const task = page.getByTestId('task')
  await expect(task).toContainText('Grace Hopper')
  await expect(page).toHaveURL(/execution=/)
  await look('approvals', 'narrow', 'wide')

  // Who has the link is where the answer is given.
  await page.reload()
  await page.getByTestId('form-limit').getByRole('textbox').fill('two hundred')
  await page.getByTestId('approve').click()
  await expect(task.getByRole('alert')).toBeVisible()
  await page.getByTestId('form-limit').getByRole('textbox').fill('200')
  await page.getByTestId('form-approved').click()
  await page.getByTestId('form-costCentre').getByRole('button').click()
  await page.getByRole('option', { name: 'Travel' }).click()
  await page.getByTestId('form-comment').getByRole('textbox').fill('Have a good time.')
  await page.getByTestId('approve').click()
  expect(await ended(seeded.executions.approval)).toBe('SUCCEEDED')
  const { output } = await aws<{ output: string }>('DescribeExecution', {
    executionArn: seeded.executions.approval,
  })
  expect(JSON.parse(output)).toEqual({
    approved: true,
    costCentre: 'Travel',
    limit: 200,
    comment: 'Have a good time.',
  })
  await expect(waiting).toHaveCount(0)
})

test('approvals: rejected with a comment, and too late for another', async ({ page, aws, seeded, ended }) => {
  const { executionArn } = await aws<{ executionArn: string }>('StartExecution', {
    stateMachineArn: seeded.machines['expense-approval'],
    name: 'expense-78',
    input: '{"amount": 9000}',
  })
  const search = { execution: executionArn, state: 'AskManager' }
  await page.goto(places.screen('approvals', search))
  await page.getByTestId('comment').getByRole('textbox').fill('Too much.')
  await page.getByTestId('reject').click()
  expect(await ended(executionArn)).toBe('FAILED')
  expect(await aws('DescribeExecution', { executionArn })).toMatchObject({
    error: 'Rejected',
    cause: 'Too much.',
  })
  await page.goto('about:blank')
  await page.goto(places.screen('approvals', search))
  await expect(page.getByTestId('task-over')).toBeVisible()
})

test('activities: made, waited for, answered by hand', async ({ page, aws, seeded, ended, guard, look }) => {
  guard.expect(/status of 400/)
  await page.goto(places.screen('activities'))
  const pick = page.locator('[data-activity="pick-items"]')
  await expect(pick).toContainText('1 wait for a worker')
  await aws('GetActivityTask', { activityArn: seeded.activity, workerName: 'robot-7' })
  await expect(pick).toContainText('robot-7')
  await look('activities', 'narrow', 'wide')
  await pick.getByRole('button', { name: 'Answer for Pick' }).click()
  await page.getByTestId('hand-output').getByRole('textbox').fill('{"picked": 3}')
  await page.getByTestId('hand-succeed').click()
  expect(await ended(seeded.executions.picking)).toBe('SUCCEEDED')

  await page.getByTestId('new-activity').click()
  await page.getByTestId('activity-name').getByRole('textbox').fill('weigh items')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('create-activity')).toContainText(/Invalid Name/)
  await page.getByTestId('activity-name').getByRole('textbox').fill('weigh-items')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-activity="weigh-items"]')).toContainText('nobody waits')
})
