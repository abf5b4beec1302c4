import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './support/test'

// A new user's first day: the order workflow is drawn from nothing by mouse and keyboard, saved,
// started, watched, mended, redriven and approved.
//
// A redrive goes on with the definition that the execution began with, here as on AWS. What is fixed
// is therefore the definition of the step that failed: charging is a workflow of its own, which the
// order starts and waits for. It refuses amounts that it should take. Its next execution, which the
// redrive starts, has the mended definition.

const FUNCTIONS = fileURLToPath(new URL('./support/functions', import.meta.url))

test.use({
  config: [
    '[functions.ask-for-approval]',
    'runtime = "nodejs20.x"',
    'handler = "ask-for-approval.handler"',
    `dir = ${JSON.stringify(FUNCTIONS)}`,
  ].join('\n'),
})

const LIMIT = 1000

/** The workflow of those who charge cards, with its mistake. */
const CHARGE = {
  QueryLanguage: 'JSONata',
  StartAt: 'Ask the bank',
  States: {
    'Ask the bank': { Type: 'Wait', Seconds: 1, Next: 'Within the limit?' },
    'Within the limit?': {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.amount <= ${LIMIT} %}`, Next: 'Charge' }],
      Default: 'Refuse',
    },
    Charge: { Type: 'Pass', Output: { paid: '{% $states.input.amount %}' }, End: true },
    Refuse: { Type: 'Fail', Error: 'AmountTooHigh', Cause: `Nobody pays more than ${LIMIT}.` },
  },
}

test('a new user draws, runs, mends and redrives the order workflow, and approves an order', async ({
  page,
  aws,
  shots,
  ended,
}) => {
  test.setTimeout(180_000)
  const { stateMachineArn: charge } = await aws<{ stateMachineArn: string }>('CreateStateMachine', {
    name: 'charge-card',
    definition: JSON.stringify(CHARGE, undefined, 2),
    roleArn: 'arn:aws:iam::000000000000:role/console',
  })

  await test.step('draws it', async () => {
    await page.goto('./')
    await page.getByTestId('new-machine').click()
    await page.getByTestId('template-blank').click()
    await expect(state(page, 'Start')).toBeVisible()
    await draw(page)
    await shots('story-1-drawn')
  })

  await test.step('fills in what the steps need', async () => {
    await page.getByTestId('view-split').click()
    await replace(page, '$exists($states.input.value)', '$count($states.input.items) > 0')
    await replace(
      page,
      '"Next": "Empty order"',
      '"Condition": "{% $count($states.input.items) = 0 %}", "Next": "Empty order"',
    )
    const input =
      '{"amount": "{% $states.input.amount %}", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "{% $states.context.Execution.Id %}"}'
    await replace(
      page,
      '"Arguments": {}',
      `"Arguments": {"StateMachineArn": "${charge}", "Input": ${input}}, "Output": "{% $merge([$states.input, $states.result.Output]) %}"`,
    )
    // By the form of the state.
    await state(page, 'Empty order').click()
    await page.getByTestId('inspector').getByLabel('Cause').fill('An order needs at least one item.')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('code')).toContainText('An order needs at least one item.')
    await expect(page.getByTestId('problems-toggle')).toHaveText('Problems0')
    await shots('story-2-filled')
  })

  await test.step('saves it', async () => {
    await page.keyboard.press('Control+s')
    await page.getByTestId('machine-name').getByRole('textbox').fill('order')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('save-state')).toContainText(/saved/i)
    await expect(page.getByRole('heading', { name: 'order', exact: true })).toBeVisible()
  })

  await test.step('starts it, and watches it run and fail', async () => {
    await page.getByTestId('start').click()
    const input = page.getByTestId('input').getByRole('textbox')
    await input.fill('{"orderId": "ORD-1", "amount": 2400, "items": ["a violin"]}')
    await page.getByTestId('name').getByRole('textbox').fill('first-order')
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('heading', { name: 'first-order' })).toBeVisible()
    await expect(state(page, 'Charge card')).toHaveAttribute('data-status', /running|waiting/)
    await shots('story-3-running')
    await expect(state(page, 'Charge card')).toHaveAttribute('data-status', 'failed')
    await expect(page.getByTestId('what-went-wrong')).toContainText('Charge card failed')
    await shots('story-4-failed')
  })
  const order = decodeURIComponent(/executions\/([^?]+)/.exec(page.url())?.[1] ?? '')

  await test.step('opens the failed step, and finds why', async () => {
    await page.getByTestId('open-failure').click()
    await page.getByTestId('child-link').click()
    await expect(page.getByTestId('what-went-wrong')).toContainText('Refuse failed: AmountTooHigh')
    await expect(page.getByTestId('what-went-wrong')).toContainText(`Nobody pays more than ${LIMIT}.`)
    await shots('story-5-why')
  })

  await test.step('fixes the definition', async () => {
    await page.getByTestId('more-actions').click()
    await page.getByTestId('action-edit').click()
    await expect(page.getByRole('heading', { name: 'charge-card' })).toBeVisible()
    await replace(page, `<= ${LIMIT} `, `<= ${LIMIT * 10} `)
    await page.getByTestId('save').click()
    await expect(page.getByTestId('save-state')).toContainText(/^saved/i)
    const { definition } = await aws<{ definition: string }>('DescribeStateMachine', {
      stateMachineArn: charge,
    })
    expect(definition).toContain(`<= ${LIMIT * 10} `)
  })

  await test.step('redrives, and sees it go on', async () => {
    await page.goBack()
    await page.getByTestId('parent-link').click()
    await expect(page.getByRole('heading', { name: 'first-order' })).toBeVisible()
    await page.getByTestId('redrive').click()
    await page.getByTestId('redrive-yes').click()
    await expect(state(page, 'Charge card')).toHaveAttribute('data-status', 'succeeded')
    await expect(state(page, 'Ask for approval')).toHaveAttribute('data-status', 'waiting')
    await shots('story-6-redriven')
  })

  await test.step('approves the task that waits', async () => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /Approvals/ })
      .click()
    await page
      .getByTestId('inbox')
      .getByRole('link', { name: /Ask for approval/ })
      .click()
    await expect(page.getByTestId('task')).toContainText('a violin')
    await page.getByTestId('form-comment').getByRole('textbox').fill('Play it well.')
    await shots('story-7-approval')
    await page.getByTestId('approve').click()
    expect(await ended(order)).toBe('SUCCEEDED')
    const { output } = await aws<{ output: string }>('DescribeExecution', { executionArn: order })
    expect(JSON.parse(output)).toMatchObject({
      orderId: 'ORD-1',
      paid: 2400,
      decision: { approved: true, comment: 'Play it well.' },
    })
  })

  await test.step('and it is seen to have succeeded', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'State machines' }).click()
    await expect(page.locator('[data-status=SUCCEEDED]:visible', { hasText: '' }).first()).toBeVisible()
    await page.goto(`./#/executions/${encodeURIComponent(order)}`)
    await expect(page.locator('main [data-status=SUCCEEDED]')).toBeVisible()
    await shots('story-8-done')
  })
})

/** In stock? → charge the card → ask → ship, and a way out for orders of nothing. */
async function draw(page: Page): Promise<void> {
  const graph = page.getByTestId('flow-graph')
  // By mouse: a Choice onto the first edge.
  await page
    .getByTestId('palette-flow:Choice')
    .dragTo(graph.getByTestId('graph-insert').first(), { steps: 8 })
  await expect(state(page, 'Choice')).toBeVisible()
  await rename(page, 'Choice', 'Anything ordered?')

  // By mouse: behind the Choice that is selected, another way out.
  await state(page, 'Anything ordered?').click()
  await page.getByTestId('palette-flow:Fail').click()
  await rename(page, 'Fail', 'Empty order')

  // By keyboard: what follows the state that was there.
  await state(page, 'Start').click()
  await page.keyboard.press('a')
  await page.keyboard.type('start execution result as json')
  await expect(page.getByRole('menuitem').first()).toContainText(/result as JSON/)
  await page.keyboard.press('Enter')
  await rename(page, 'Start execution', 'Charge card')

  // By mouse: a pattern behind that, by the pad of the state.
  await state(page, 'Charge card').click()
  await page.getByTestId('graph-action-append').click()
  await page.keyboard.type('approval')
  await page
    .getByRole('menuitem', { name: /approval/i })
    .first()
    .click()
  await expect(state(page, 'Ask for approval')).toBeVisible()

  // The state that a new definition begins with has done its service.
  await state(page, 'Start').click()
  await page.keyboard.press('Delete')
  await expect(state(page, 'Start')).toHaveCount(0)
}

function state(page: Page, name: string): Locator {
  return page.locator(`[data-testid=graph-state][data-state-id="/States/${name}"]`)
}

/** By F2, from the state that was just put there. */
async function rename(page: Page, from: string, to: string): Promise<void> {
  await state(page, from).click()
  await page.keyboard.press('F2')
  await page.getByTestId('rename-name').getByRole('textbox').fill(to)
  await page.keyboard.press('Enter')
  await expect(state(page, to)).toBeVisible()
}

/** Finds a text in the code by its search, and types another over it. */
async function replace(page: Page, from: string, to: string): Promise<void> {
  const code = page.getByTestId('code')
  await code.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+f')
  const find = page.locator('.cm-search [name=search]')
  await find.press('Control+a')
  await page.keyboard.type(from)
  await find.press('Enter')
  await find.press('Escape')
  await page.keyboard.insertText(to)
  await expect(code).toContainText(to)
}
