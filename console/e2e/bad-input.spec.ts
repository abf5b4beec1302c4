import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from '@playwright/test'
import { places } from './support/places'
import type { Refusal } from './support/proxy'
import { expect, test } from './support/test'

// What goes wrong around the console: broken texts, a server or a session that is gone, two people at
// the same thing. Nothing that is typed may be lost, and nothing may lock.

const AWAY =
  /console: .*(ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE)/

async function openSplit(page: Page, address: string): Promise<Locator> {
  await page.goto(address)
  await page.getByTestId('view-split').click()
  const code = page.getByTestId('code')
  await expect(code).toContainText('StartAt')
  return code
}

const comment = (page: Page) => page.getByTestId('comment').getByRole('textbox')

test('broken JSON: the last graph stays, what is wrong is said, and nothing is locked', async ({
  page,
  seeded,
  guard,
  look,
}) => {
  guard.expect(/status of 400/)
  const code = await openSplit(page, places.screen('design', { arn: seeded.machines['price-quote'] }))
  const graph = page.getByTestId('flow-graph')
  await expect(graph.getByTestId('graph-state')).toHaveCount(4)
  await code.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Backspace')
  await expect(graph).toHaveAttribute('data-dimmed')
  await expect(graph.getByTestId('graph-state')).toHaveCount(4)
  await expect(page.getByTestId('canvas').getByTestId('broken')).toContainText(/cannot be read at line \d+/)
  await page.getByTestId('problems-toggle').click()
  await expect(page.getByTestId('problems')).toContainText(/\S/)
  await look('designer-broken')

  for (const view of ['view-code', 'view-design', 'view-split']) {
    await page.getByTestId(view).click()
    await expect(page.getByTestId(view === 'view-code' ? 'code' : 'canvas')).toBeVisible()
  }
  await graph.locator('[data-state-id="/States/Check"]').click()
  await page.getByTestId('save').click()
  await expect(page.getByText(/cannot be read|not.*JSON|was not saved/i).first()).toBeVisible()

  await code.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('}')
  await expect(graph).not.toHaveAttribute('data-dimmed')
})

test('a definition of 2 MB opens, is edited, and is refused in words', async ({ page, guard }) => {
  guard.expect(/status of 413/)
  await page.goto('./')
  await page.getByTestId('definition-file').setInputFiles({
    name: 'huge.asl.json',
    mimeType: 'application/json',
    buffer: Buffer.from(hugeDefinition()),
  })
  await expect(page.getByTestId('designer')).toContainText('8,000 states')
  await page.getByTestId('view-code').click()
  const code = page.getByTestId('code')
  await expect(code).toContainText('StartAt')
  await code.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('  ')
  await expect(page.getByTestId('undo')).toBeEnabled()
  await page.getByTestId('save').click()
  await page.getByTestId('machine-name').getByRole('textbox').fill('huge')
  await page.getByTestId('create').click()
  await expect(page.getByTestId('failure')).toContainText(/limit of 2097152 bytes/)
  await page.keyboard.press('Escape')
  await page.getByTestId('view-design').click()
  await expect(page.getByTestId('draw-all')).toBeVisible()
})

test('the server is gone and comes back: what was typed is there, and live goes on', async ({
  page,
  context,
  aws,
  server,
  seeded,
  guard,
  ended,
}) => {
  guard.expect(AWAY)
  const executionArn = seeded.executions.approval
  await page.goto(places.screen('approvals', { execution: executionArn, state: 'AskManager' }))
  await comment(page).fill('Before the storm')
  const designer = await context.newPage()
  const code = await openSplit(designer, places.screen('design', { arn: seeded.machines.reminder }))
  const watching = await context.newPage()
  await watching.goto(places.execution(executionArn))
  await expect(watching.locator('[data-state-id="/States/AskManager"]')).toHaveAttribute(
    'data-status',
    'waiting',
  )

  await server.kill()
  for (const one of [page, designer, watching]) {
    await one.bringToFront()
    // The designer asks only when something is typed.
    if (one === designer) {
      await code.click()
      await one.keyboard.press('Control+Home')
      await one.keyboard.press('ArrowRight')
      await one.keyboard.type(' "Comment": "typed in the dark",')
    }
    await expect(one.getByTestId('banner')).toContainText('cannot be reached')
  }
  await page.bringToFront()
  await comment(page).press('End')
  await page.keyboard.type(', and in it')
  await page.getByTestId('approve').click()
  await expect(page.getByTestId('task').getByTestId('failure')).toContainText('cannot be reached')

  await server.start()
  for (const one of [page, designer, watching]) {
    await one.bringToFront()
    await expect(one.getByTestId('banner')).toBeEmpty({ timeout: 20_000 })
  }
  await designer.bringToFront()
  await expect(code).toContainText('typed in the dark')
  await expect(designer.getByTestId('save-state')).toContainText(/draft/i, { timeout: 20_000 })
  const drafts = await fetch(
    `${server.url}stateline/drafts/item?id=${encodeURIComponent(seeded.machines.reminder)}`,
  )
  expect(await drafts.text()).toContain('typed in the dark')

  await page.bringToFront()
  await expect(comment(page)).toHaveValue('Before the storm, and in it')
  await page.getByTestId('reject').click()
  expect(await ended(executionArn)).toBe('FAILED')
  expect(await aws('DescribeExecution', { executionArn })).toMatchObject({
    cause: 'Before the storm, and in it',
  })
  await watching.bringToFront()
  await expect(watching.locator('main [data-status=FAILED]')).toBeVisible()
})

test('the session ends: it is said, nothing is lost, and it goes on after signing in', async ({
  page,
  gate,
  seeded,
  guard,
}) => {
  guard.expect(/console: .*(status of 40[13]|ERR_|net::)/)
  const expired = JSON.stringify({
    __type: 'ExpiredTokenException',
    message: 'The security token is expired.',
  })
  const signIn = createServer((_, answer) => answer.end())
  let asked = 0
  signIn.on('connection', () => asked++)
  signIn.listen(0, '127.0.0.1')
  await once(signIn, 'listening')
  const login = `http://127.0.0.1:${(signIn.address() as AddressInfo).port}/`
  // The browser tells of where it was sent as of a request, but does not go there.
  guard.expect(new RegExp(`request to another origin: GET ${login}`))
  const refusals: Refusal[] = [
    { status: 401, body: 'Unauthorized' },
    { status: 302, headers: { Location: login } },
    { status: 403, headers: { 'Content-Type': 'application/x-amz-json-1.0' }, body: expired },
    // A proxy that answers everything with its own page.
    { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<h1>Sign in</h1>' },
  ]
  const arn = seeded.machines.impatient
  const code = await openSplit(page, gate.url + places.screen('design', { arn }).slice(2))
  const banner = page.getByTestId('banner')
  await code.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowRight')
  for (const [at, refusal] of refusals.entries()) {
    gate.refuse(refusal)
    await page.keyboard.type(` "Typed ${at}": ${at},`)
    await expect(banner, `answered with ${refusal.status}`).toContainText('Your session has ended')
    gate.refuse()
    await expect(banner, `after ${refusal.status}`).toBeEmpty({ timeout: 20_000 })
    await expect(code).toContainText(`"Typed ${at}": ${at},`)
    await expect(page.getByTestId('save-state')).toContainText(/draft/i, { timeout: 20_000 })
  }
  const draft = await page.request.get(`${gate.url}stateline/drafts/item?id=${encodeURIComponent(arn)}`)
  expect((await draft.json()).text).toMatch(
    /Typed 3.*Typed 2.*Typed 1.*Typed 0|Typed 0.*Typed 1.*Typed 2.*Typed 3/s,
  )
  expect(asked, 'requests for the page to sign in').toBe(0)
  signIn.close()
})

test('two editors: the second is told, and saves over nobody', async ({
  page,
  browser,
  aws,
  server,
  seeded,
  guard,
  look,
}) => {
  guard.expect(/status of 409/)
  const arn = seeded.machines['warehouse-pick']
  const address = places.screen('design', { arn })
  const other = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } })
  guard.watch(other)
  const theirs = await other.newPage()
  const say = async (who: Page, words: string) => {
    await who.getByTestId('code').click()
    await who.keyboard.press('Control+Home')
    await who.keyboard.press('ArrowRight')
    await who.keyboard.type(` "Comment": "${words}",`)
  }
  await openSplit(page, address)
  await openSplit(theirs, address)

  await say(theirs, 'theirs')
  await expect(theirs.getByTestId('save-state')).toContainText(/draft/i)
  await say(page, 'mine')
  await expect(page.getByTestId('draft-conflict')).toBeVisible()
  await page.getByTestId('way-overwrite').click()
  await expect(page.getByTestId('others')).toContainText('Also open')

  await theirs.bringToFront()
  await theirs.getByTestId('save').click()
  await expect.poll(() => definitionOf(arn)).toContain('theirs')

  await page.bringToFront()
  await page.getByTestId('save').click()
  const conflict = page.getByTestId('save-conflict')
  await expect(conflict).toContainText('was changed by somebody else')
  await look('two-saves')
  expect(await definitionOf(arn)).not.toContain('mine')
  await page.getByTestId('way-overwrite').click()
  await expect.poll(() => definitionOf(arn)).toContain('mine')
  await expect(conflict).toHaveCount(0)
  await other.close()

  async function definitionOf(stateMachineArn: string): Promise<string> {
    return (await aws<{ definition: string }>('DescribeStateMachine', { stateMachineArn })).definition
  }
})

/** 8,000 states with a word about each. */
function hugeDefinition(): string {
  const states = Array.from({ length: 8000 }, (_, at) => [
    `State ${at}`,
    {
      Type: 'Pass',
      Comment: 'Long enough to make of it what nobody should write. '.repeat(4),
      ...(at < 7999 ? { Next: `State ${at + 1}` } : { End: true }),
    },
  ])
  return JSON.stringify({ StartAt: 'State 0', States: Object.fromEntries(states) })
}
