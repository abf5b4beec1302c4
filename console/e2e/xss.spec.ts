import type { Page } from '@playwright/test'
import { places } from './support/places'
import { expect, test } from './support/test'

// What people and programs write into names, data and errors is text, whatever it looks like. A script
// that ran, a picture that was asked for and a violation of the content security policy fail a test:
// each of these texts would bring one about, were it anything but text.

const MARK = 'evil'
const IMG = `<img src=x onerror="document.title='${MARK}';alert(1)">`
const EVIL = `${IMG}<script>alert(2)</script><svg onload=alert(3)>{{7*7}}\${7*7}</textarea></title>`
const LINK = 'javascript:alert(4)'
/** Right to left from here on, a space without width, an isolate that is never closed. */
const BIDI = 'a\u202Egnp.exe\u200B\u2066b'
const STATE = '<img src=x onerror=alert(5)>'
const GUARDED = `Wait\u202E${STATE}`
const LONG = 'W'.repeat(80)

test.describe.configure({ mode: 'serial' })

let machine: string
let execution: string
let waiting: string

test.beforeEach(({ context }) => {
  context.on('dialog', dialog => {
    void dialog.dismiss()
    throw new Error(`a dialog: ${dialog.message()}`)
  })
})

test('AWS lets some of it be written', async ({ aws, ended }) => {
  const create = async (name: string, definition: object) =>
    aws<{ stateMachineArn: string }>('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/r',
      tags: [{ key: 'Évil=+-.@_:/', value: BIDI.replace(/[^\p{L}.]/gu, '') }],
    })
  const box = await create('box', { StartAt: 'Kept', States: { Kept: { Type: 'Pass', End: true } } })
  machine = (
    await create("evil('onerror=alert(6)')", {
      Comment: EVIL,
      StartAt: STATE,
      States: {
        [STATE]: {
          Type: 'Pass',
          Comment: EVIL,
          Result: { [EVIL]: LINK, bidi: BIDI },
          ResultPath: '$.more',
          Next: LONG,
        },
        [LONG]: {
          Type: 'Choice',
          Choices: [{ Variable: `$['${LINK}']`, IsPresent: true, Next: GUARDED }],
          Default: 'Ends',
        },
        [GUARDED]: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken',
          Parameters: {
            StateMachineArn: box.stateMachineArn,
            Input: { 'token.$': '$$.Task.Token', link: LINK, evil: EVIL, form: form() },
          },
          Next: 'Ends',
        },
        Ends: { Type: 'Fail', Error: EVIL.slice(0, 250), Cause: `${EVIL}\n${LINK}\n${BIDI}` },
      },
    })
  ).stateMachineArn
  const start = async (name: string, input: object) =>
    (
      await aws<{ executionArn: string }>('StartExecution', {
        stateMachineArn: machine,
        name,
        input: JSON.stringify(input),
      })
    ).executionArn
  execution = await start(`evil(alert=1)'${BIDI.replace(/[\u200B]/g, '')}`, { [EVIL]: EVIL })
  waiting = await start('waiting', { [LINK]: LINK, __proto__: { polluted: 1 }, constructor: EVIL })
  expect(await ended(execution)).toBe('FAILED')
})

test('lists and the machine', async ({ page, aws, shots }) => {
  await page.goto('./')
  await expect(page.getByRole('link', { name: "evil('onerror=alert(6)')" })).toBeVisible()
  await shots('xss-machines', 'narrow')
  await page.goto(places.machine(machine))
  await page.locator('[data-testid=graph-state]', { hasText: STATE }).first().click()
  await expect(page.getByTestId('state')).toContainText(LINK)
  await harmless(page)
  await shots('xss-machine', 'narrow')
  await page.goto(places.machine(machine, { tab: 'settings' }))
  await expect(page.getByTestId('tags')).toContainText('Évil=+-.@_:/')
  await page.getByTestId('tag-key').getByRole('textbox').fill(IMG)
  await page.getByTestId('tag-value').getByRole('textbox').fill(LINK)
  await harmless(page)
  await page.goto(places.screen('executions', { search: EVIL }))
  await expect(page.locator(`[data-execution-id="${execution}"]`)).toBeVisible()
  await page.goto(places.screen('executions'))
  await expect(page.locator(`[data-execution-id="${execution}"]`)).toContainText(IMG.slice(0, 20))
  await harmless(page)
  await shots('xss-executions', 'narrow')
  await aws('UpdateStateMachine', {
    stateMachineArn: machine,
    publish: true,
    versionDescription: EVIL,
    loggingConfiguration: { level: 'OFF' },
  })
  await page.goto(places.machine(machine, { tab: 'versions' }))
  await expect(page.locator('tr[data-version="1"]')).toContainText(IMG)
  await harmless(page)
})

test('the execution', async ({ page, shots }) => {
  await page.goto(places.execution(execution))
  await expect(page.getByTestId('what-went-wrong')).toContainText(IMG)
  await page.locator('[data-testid=graph-state]', { hasText: STATE }).first().click()
  await expect(page.locator('[data-entry]')).toContainText('{{7*7}}')
  await shots('xss-execution', 'narrow')
  await harmless(page)
  for (const tab of ['tab-timeline', 'tab-events']) {
    await page.getByTestId(tab).click()
    await expect(page.getByTestId(tab === 'tab-events' ? 'event' : 'lane').first()).toBeVisible()
    await harmless(page)
  }
  await page.getByTestId('events-find').getByRole('textbox').fill(EVIL)
  await harmless(page)
  await page.goto(places.screen('start', { execution }))
  await expect(page.getByTestId('input').getByRole('textbox')).toHaveValue(/<img src=x/)
  await harmless(page)
})

test('the approval form', async ({ page, ended, shots }) => {
  await page.goto(places.screen('approvals', { execution: waiting, state: GUARDED }))
  const task = page.getByTestId('task')
  await expect(task).toContainText(`Title ${IMG}`)
  await shots('xss-approval', 'narrow')
  await task.getByTestId('comment').getByRole('textbox').fill(EVIL)
  await harmless(page)
  await task.getByTestId('approve').click()
  expect(await ended(waiting)).toBe('FAILED')
})

test('the designer', async ({ page, shots }) => {
  await page.goto(places.screen('design', { arn: machine }))
  await page.getByTestId('view-split').click()
  await expect(page.getByTestId('code')).toContainText(LINK)
  // What turns text about is a dot there.
  await expect(page.getByTestId('code').locator('.cm-specialChar').first()).toBeVisible()
  await page.getByTestId('canvas').locator('[data-testid=graph-state]', { hasText: STATE }).first().click()
  await harmless(page)
  await shots('xss-designer')
  await page.keyboard.press('F2')
  await page.getByTestId('rename-name').getByRole('textbox').fill(`${IMG}"'`)
  await page.getByTestId('rename-yes').click()
  await expect(page.getByTestId('code')).toContainText('document.title')
  await page.getByTestId('problems-toggle').click()
  await harmless(page)
})

test('a history and a definition from files', async ({ page, shots }) => {
  await page.goto(places.screen('import'))
  const at = Date.now() / 1000
  const events = [
    {
      id: 1,
      type: 'ExecutionStarted',
      timestamp: at,
      executionStartedEventDetails: { input: EVIL, roleArn: LINK },
    },
    {
      id: 2,
      type: 'PassStateEntered',
      timestamp: at,
      stateEnteredEventDetails: { name: STATE, input: EVIL },
    },
    { id: 3, type: IMG, timestamp: at + 1, [IMG]: { name: EVIL }, __proto__: null },
    { id: 4, type: 'PassStateExited', timestamp: at, stateExitedEventDetails: { name: STATE, output: EVIL } },
    {
      id: 5,
      type: 'ExecutionFailed',
      timestamp: at + 2,
      executionFailedEventDetails: { error: EVIL, cause: EVIL },
    },
  ]
  await page.getByTestId('import-paste').getByRole('textbox').fill(JSON.stringify({ events }))
  await page.getByTestId('import-show').click()
  await expect(page.getByTestId('what-went-wrong')).toContainText('{{7*7}}')
  for (const tab of ['tab-graph', 'tab-timeline', 'tab-events']) {
    await page.getByTestId(tab).click()
    await harmless(page)
  }
  await expect(page.getByTestId('event').nth(2)).toContainText(IMG)
  await shots('xss-import', 'narrow')
})

/** Nothing of it became an element, a link or a title, and nothing stands outside the page. */
async function harmless(page: Page): Promise<void> {
  const found = await page.evaluate(mark => {
    const bad =
      'img:not([src="./icon.svg"], .cm-widgetBuffer), body script, [onerror], [onload], a[href^="javascript" i], iframe'
    const elements = [...document.querySelectorAll(bad)].map(element => element.outerHTML.slice(0, 200))
    if (document.title === mark) elements.push('the title')
    if (Reflect.get(Object.prototype, 'polluted')) elements.push('Object.prototype')
    if (document.documentElement.scrollWidth > window.innerWidth) elements.push('wider than the window')
    return elements
  }, MARK)
  expect(found).toEqual([])
}

function form() {
  return {
    type: 'object',
    title: `Title ${IMG}`,
    description: EVIL,
    properties: {
      [IMG]: { type: 'string', title: EVIL, description: LINK, default: EVIL },
      choice: { enum: [IMG, LINK], title: BIDI },
      constructor: { type: 'boolean', title: '{{7*7}}' },
    },
  }
}
