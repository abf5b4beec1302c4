import { expect, test } from './support/test'

// Pictures of many sizes take their time on a machine that is busy.
test.describe.configure({ timeout: 180_000 })

test('a Map Run is seen at a glance, and leads to its failures', async ({ page, aws, seeded, look }) => {
  const { mapRuns } = await aws<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
    executionArn: seeded.executions.mapRun,
  })
  await page.goto(`./#/mapruns/${encodeURIComponent(mapRuns[0]?.mapRunArn ?? '')}`)
  await expect(page.getByTestId('heat-grid')).toHaveAttribute('data-cells', '40')
  await expect(page.getByTestId('failure-groups')).toContainText('4')
  await look('maprun', 'narrow', 'wide')
  await page.getByTestId('as-table').click()
  await expect(page.locator('tr[data-execution-id]').first()).toBeVisible()
  await page.getByRole('link', { name: 'All of them' }).first().click()
  await expect(page.locator('tr[data-status="FAILED"]')).toHaveCount(4)
})
