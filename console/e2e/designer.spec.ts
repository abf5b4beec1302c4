import type { Page } from '@playwright/test'
import { places } from './support/places'
import { expect, test } from './support/test'

const state = (page: Page, name: string) =>
  page.locator(`[data-testid=graph-state][data-state-id="/States/${name}"]`)

const definition = (name: string) => ({ name, roleArn: 'arn:aws:iam::000000000000:role/console' })

test('a machine in the designer: palette, canvas, form, code and problems', async ({
  page,
  seeded,
  look,
}) => {
  await page.goto(places.screen('design', { arn: seeded.machines['order-fulfilment'] }))
  await state(page, 'Ship').click()
  await expect(page.getByTestId('field-name').getByRole('textbox')).toHaveValue('Ship')
  await look('designer', 'narrow', 'wide')
  await page.getByTestId('view-split').click()
  await expect(page.getByTestId('code')).toContainText('"StartAt"')
  await page.getByTestId('problems-toggle').click()
  await expect(page.getByTestId('problems-toggle')).toHaveAttribute('aria-expanded', 'true')
  await look('designer-split')
  await page.getByTestId('view-code').click()
  await page.getByTestId('format-yaml').click()
  await expect(page.getByTestId('code')).toContainText('StartAt: CheckOrder')
})

test('one undo for the canvas, the form and the code, back to the first byte', async ({ page, aws }) => {
  // Spaced as nobody spaces: what is not touched stays as it is.
  const text =
    '{ "StartAt":"A",\n\n   "States" : {"A":{"Type":"Pass","Next":"B"},\n "B":{  "Type":"Succeed"}}}'
  const { stateMachineArn } = await aws<{ stateMachineArn: string }>('CreateStateMachine', {
    ...definition('spaced'),
    definition: text,
  })
  await page.goto(places.screen('design', { arn: stateMachineArn }))
  await page.getByTestId('view-split').click()
  const code = page.getByTestId('code')
  await expect(code).toContainText('"Succeed"')
  const first = await code.textContent()

  await page.getByTestId('palette-flow:Wait').dragTo(state(page, 'A'), { steps: 6 })
  await expect(state(page, 'Wait')).toBeVisible()
  await page.getByTestId('inspector').getByLabel('Seconds', { exact: true }).fill('7')
  await page.keyboard.press('Enter')
  await expect(code).toContainText('"Seconds":7')
  await code.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('"Comment": "by hand",')
  await expect(code).toContainText('by hand')

  await page.getByTestId('view-design').click()
  const undo = page.getByTestId('undo')
  while (await undo.isEnabled()) await undo.click()
  await expect(state(page, 'Wait')).toHaveCount(0)
  await page.getByTestId('view-split').click()
  expect(await code.textContent()).toBe(first)
  await expect(page.getByTestId('save')).toBeDisabled()
})

test('what is typed into a form is saved at once', async ({ page, aws }) => {
  const { stateMachineArn } = await aws<{ stateMachineArn: string }>('CreateStateMachine', {
    ...definition('forms'),
    definition: '{"StartAt":"Ends","States":{"Ends":{"Type":"Fail","Error":"E","Cause":"before"}}}',
  })
  await page.goto(places.screen('design', { arn: stateMachineArn }))
  await state(page, 'Ends').click()
  await page.getByTestId('inspector').getByLabel('Cause').fill('after')
  await page.keyboard.press('Control+s')
  await expect
    .poll(
      async () => (await aws<{ definition: string }>('DescribeStateMachine', { stateMachineArn })).definition,
    )
    .toContain('after')
})

test('a draft is there again after the page was closed', async ({ page, context }) => {
  await page.goto(places.screen('design', { template: 'order' }))
  await expect(page.getByTestId('flow-graph')).toHaveAttribute('data-ready')
  await page.getByTestId('palette-flow:Wait').click()
  await expect(state(page, 'Wait')).toBeVisible()
  await expect(page).toHaveURL(/draft=/)
  const address = page.url()
  await page.close()
  const again = await context.newPage()
  await again.goto(address)
  await expect(state(again, 'Wait')).toBeVisible()
})

test('a problem is told where it is, and leads there', async ({ page }) => {
  await page.goto('./')
  await page.getByTestId('new-machine').click()
  await page.getByTestId('paste').click()
  await page
    .getByTestId('paste-dialog')
    .getByRole('textbox')
    .fill('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}')
  await page.getByTestId('paste-open').click()
  await page.getByTestId('problems-toggle').click()
  await expect(page.getByTestId('problem').first()).toContainText('Nowhere')
  await expect(state(page, 'A')).toHaveAttribute('data-mark', 'error')
  await page.getByTestId('problem').first().click()
  await expect(page.getByTestId('code')).toContainText('Nowhere')
})
