import { expect, test } from './support/test'

const at = (arn: string, search = '') => `./#/executions/${encodeURIComponent(arn)}${search}`

test('a failure is told in words, and one click shows the attempt', async ({ page, seeded, look }) => {
  await page.goto(at(seeded.executions.failed))
  const wrong = page.getByTestId('what-went-wrong')
  await expect(wrong).toContainText(/failed after \d+ attempts/)
  await expect(page.getByTestId('flow-graph')).toHaveAttribute('data-ready', /.*/)
  await wrong.getByRole('button').click()
  await expect(page.getByTestId('attempts').getByRole('listitem')).not.toHaveCount(0)
  await look('execution-graph', 'narrow', 'wide')
})

test('an event that is selected shows its visit', async ({ page, seeded, look }) => {
  await page.goto(at(seeded.executions.failed, '?view=events'))
  const row = page.locator('[data-event-id="2"]')
  await row.click()
  await expect(page.getByTestId('side').getByRole('heading', { level: 2 })).not.toBeEmpty()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await look('execution-events', 'narrow')
})

test('a visit that is selected in the events is so in the timeline', async ({ page, seeded, look }) => {
  await page.goto(at(seeded.executions.failed, '?view=events'))
  await page.locator('[data-event-id="2"]').click()
  const name = await page.getByTestId('side').getByRole('heading', { level: 2 }).textContent()
  await page.getByTestId('tab-timeline').click()
  await expect(page.locator('[data-testid=lane][aria-selected=true]')).toContainText(name ?? '-')
  await page.getByTestId('timeline').focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByTestId('side').getByRole('heading', { level: 2 })).not.toHaveText(name ?? '-')
  await look('execution-timeline', 'narrow', 'wide')
})

test('events are found by what is in them, and opened by key', async ({ page, seeded }) => {
  await page.goto(at(seeded.executions.failed, '?view=events'))
  await expect(page.getByTestId('event').first()).toBeVisible()
  await page.getByTestId('events-find').getByRole('textbox').fill('ExecutionFailed')
  await expect(page.getByTestId('event')).toHaveCount(1)
  await expect(page).toHaveURL(/find=ExecutionFailed/)
  await page.getByTestId('event').click()
  await page.getByTestId('events').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('event')).toHaveAttribute('aria-expanded', 'true')
  await expect(page.getByTestId('events')).toContainText('previousEventId')
})

test('a replay goes back in time and forth again', async ({ page, seeded }) => {
  await page.goto(at(seeded.executions.failed))
  await expect(page.getByTestId('what-went-wrong')).toBeVisible()
  await page.getByTestId('replay-slider').fill('3')
  await expect(page.getByTestId('what-went-wrong')).toHaveCount(0)
  await expect(page).toHaveURL(/at=/)
  await page.reload()
  await expect(page.getByTestId('replay-slider')).toHaveValue('3')
  await page.getByTestId('replay-live').click()
  await expect(page.getByTestId('what-went-wrong')).toBeVisible()
})

test('it is seen live how an execution begins, is stopped and goes on', async ({
  page,
  seeded,
  aws,
  axe,
}) => {
  const started = await aws<{ executionArn: string }>('StartExecution', {
    stateMachineArn: seeded.machines.reminder,
    input: '{"seconds": 1000000}',
  })
  await page.goto(at(started.executionArn))
  const screen = page.locator(`[data-execution-id="${started.executionArn}"]`)
  await expect(screen).toHaveAttribute('data-status', 'RUNNING')
  await page.getByTestId('stop').click()
  await page.getByLabel('Error (optional)').fill('<img src=x onerror=alert(1)>')
  await axe()
  await page.getByTestId('stop-yes').click()
  await expect(screen).toHaveAttribute('data-status', 'ABORTED')
  await expect(page.getByTestId('what-went-wrong')).toContainText('<img src=x onerror=alert(1)>')
  await page.getByTestId('redrive').click()
  await page.getByTestId('redrive-yes').click()
  await expect(screen).toHaveAttribute('data-status', 'RUNNING')
  await expect(page.getByTestId('facts')).toContainText('Redrives 1', { useInnerText: true })
  await aws('StopExecution', { executionArn: started.executionArn })
  await expect(screen).toHaveAttribute('data-status', 'ABORTED')
})

test('from a nested execution to its child, and from a task to its answer', async ({ page, seeded }) => {
  await page.goto(at(seeded.executions.nested, '?view=events'))
  await page.getByTestId('event').filter({ hasText: 'TaskSubmitted' }).first().click()
  await page.getByTestId('child-link').click()
  await expect(page.getByTestId('execution')).toBeVisible()
  await page.goto(at(seeded.executions.approval, '?view=events'))
  await page.getByTestId('event').filter({ hasText: 'TaskSubmitted' }).last().click()
  await expect(page.getByTestId('answer-link')).toHaveAttribute('href', /approvals\?execution=/)
})

test('a history from a file is shown as a live one', async ({ page, seeded, aws, axe, look }) => {
  const history = await aws<{ events: object[] }>('GetExecutionHistory', {
    executionArn: seeded.executions.caught,
    maxResults: 1000,
    reverseOrder: true,
  })
  await page.goto('./#/import')
  await axe()
  const file = (name: string, text: string) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  })
  await page.locator('input[type=file]').setInputFiles(file('broken.json', '{"events":'))
  await expect(page.getByRole('alert')).toContainText('It is not JSON.')
  await page.locator('input[type=file]').setInputFiles(file('order.json', JSON.stringify(history)))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('order.json')
  await expect(page.getByTestId('flow-graph')).toHaveAttribute('data-ready', /.*/)
  await look('import')
  await page.getByTestId('tab-events').click()
  await expect(page.getByTestId('events-count')).toHaveText(`${history.events.length} events`)
})

test('what is not there is said', async ({ page, guard }) => {
  guard.expect(/status of 400/)
  await page.goto(at('arn:aws:states:us-east-1:000000000000:execution:none:none'))
  await expect(page.getByTestId('failure')).toContainText('Execution Does Not Exist')
})
