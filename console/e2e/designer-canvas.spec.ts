import type { Locator, Page } from '@playwright/test'
import { expect, test } from './support/test'

// What is drawn by hand: transitions from handle to state, items of the palette on transitions, and
// the same without a mouse. What counts is the text that comes of it.

const ROLE = 'arn:aws:iam::000000000000:role/console'
const FLOW = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Next: 'Second' },
    Second: { Type: 'Pass', Next: 'Third' },
    Third: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f' },
      Next: 'Way',
    },
    Way: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.again %}', Next: 'First' }],
      Default: 'Fourth',
    },
    Fourth: { Type: 'Pass', End: true },
  },
}

type States = Record<string, Record<string, unknown>>

let number = 0

test.beforeEach(async ({ page, aws }) => {
  const { stateMachineArn } = await aws<{ stateMachineArn: string }>('CreateStateMachine', {
    name: `drawn-${++number}`,
    definition: JSON.stringify(FLOW, undefined, 2),
    roleArn: ROLE,
  })
  await page.goto(`./#/design?arn=${encodeURIComponent(stateMachineArn)}`)
  await expect(state(page, 'Fourth')).toBeVisible()
})

test('a transition is dragged from a handle to a state', async ({ page, aws }) => {
  await connected(page, handle(page, 'First', 'next'), state(page, 'Third'), edge(page, 'First', 'Third'), 1)
  await connected(page, handle(page, 'Way', 'default'), state(page, 'Second'), edge(page, 'Way', 'Second'), 1)
  await connected(page, handle(page, 'Way', 'choice'), state(page, 'Third'), edge(page, 'Way', 'Third'), 2)
  await connected(
    page,
    handle(page, 'Third', 'catch'),
    state(page, 'Fourth'),
    edge(page, 'Third', 'Fourth'),
    1,
  )
  const states = await saved(page, aws)
  expect(states.First?.Next).toBe('Third')
  expect(states.Way?.Default).toBe('Second')
  expect(states.Way?.Choices).toEqual([
    ...FLOW.States.Way.Choices,
    { Condition: '{% true %}', Next: 'Third' },
  ])
  expect(states.Third?.Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'Fourth' }])
  expect(states.Second).toEqual(FLOW.States.Second)
})

test('a transition to the end ends the flow there, and undo takes it back', async ({ page, aws }) => {
  await connect(page, handle(page, 'First', 'next'), page.locator('.sg-marker[data-kind=end]').first())
  await expect(edge(page, 'First', 'Second')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(edge(page, 'First', 'Second')).toHaveCount(1)
  await page.keyboard.press('Control+y')
  const states = await saved(page, aws)
  expect(states.First).toEqual({ Type: 'Pass', End: true })
})

test('a transition that is dropped nowhere changes nothing', async ({ page }) => {
  const from = handle(page, 'First', 'next')
  await state(page, 'First').hover()
  await drag(page, from, { x: 40, y: 200 })
  await expect(page.getByTestId('undo')).toBeDisabled()
  await expect(page.getByTestId('save')).toBeDisabled()
})

test('an item of the palette is dragged onto a transition', async ({ page, aws }) => {
  await page
    .getByTestId('palette-flow:Wait')
    .dragTo(edge(page, 'First', 'Second').getByTestId('graph-insert'), { steps: 8 })
  await expect(state(page, 'Wait')).toHaveAttribute('data-selected', 'true')
  const states = await saved(page, aws)
  expect(states.First?.Next).toBe('Wait')
  expect(states.Wait?.Next).toBe('Second')
})

test('without a mouse: a state comes onto a transition, and leads elsewhere by its form', async ({
  page,
  aws,
}) => {
  await page.getByTestId('flow-graph').focus()
  await page.keyboard.press('Home')
  await expect(state(page, 'First')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('a')
  await page.keyboard.type('wait for a while')
  await expect(page.getByRole('menuitem', { name: /^Wait/ }).first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(state(page, 'Wait')).toBeFocused()
  await expect(edge(page, 'First', 'Wait')).toHaveCount(1)
  await expect(edge(page, 'Wait', 'Second')).toHaveCount(1)

  // Enter goes to the form of what is selected.
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('field-name').getByRole('textbox')).toBeFocused()
  const next = page.getByTestId('field-Next').getByRole('button')
  await next.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Third')
  await page.keyboard.press('Enter')
  await expect(edge(page, 'Wait', 'Third')).toHaveCount(1)
  const states = await saved(page, aws)
  expect(states.Wait?.Next).toBe('Third')
})

function state(page: Page, name: string): Locator {
  return page.locator(`[data-testid=graph-state][data-state-id="/States/${name}"]`)
}

function handle(page: Page, name: string, kind: string): Locator {
  return page.locator(`.react-flow__node[data-id="/States/${name}"] .sg-source[data-kind=${kind}]`)
}

/** Of the transitions between two states, all that are drawn. */
function edge(page: Page, from: string, to: string): Locator {
  return page.locator(`[data-testid=graph-edge][data-edge-key*="${from}"][data-edge-key*="${to}"]`)
}

/** Presses on a handle, which is seen while the pointer is at its state, and lets go in the middle of a target. */
async function connect(page: Page, from: Locator, to: Locator): Promise<void> {
  await page.getByTestId('flow-graph').press('Escape')
  await still(page)
  const box = await to.boundingBox()
  if (!box) throw new Error('the target is not drawn')
  await drag(page, from, { x: box.x + box.width / 2, y: box.y + box.height / 2 })
}

/** Connects until so many transitions are drawn: a picture that moves under a drag makes it miss, for people too. */
async function connected(
  page: Page,
  from: Locator,
  to: Locator,
  made: Locator,
  count: number,
): Promise<void> {
  await expect(async () => {
    if ((await made.count()) !== count) await connect(page, from, to)
    await expect(made).toHaveCount(count, { timeout: 2000 })
  }).toPass({ timeout: 30_000 })
}

async function drag(page: Page, from: Locator, to: { x: number; y: number }): Promise<void> {
  const box = await from.boundingBox()
  if (!box) throw new Error('the handle is not there')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 12 })
  await page.mouse.up()
}

/** Waits until no state has moved for half a second: an edit lays the picture out again. */
async function still(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const places = [...document.querySelectorAll('.react-flow__viewport, .react-flow__node')]
        .map(node => (node as HTMLElement).style.transform)
        .join()
      const seen = window as { places?: string; since?: number }
      if (seen.places !== places) Object.assign(seen, { places, since: performance.now() })
      return performance.now() - (seen.since ?? 0) > 500
    },
    undefined,
    { polling: 'raf' },
  )
}

/** Saves, and gives the states as the server has them. */
async function saved(page: Page, aws: <T>(operation: string, input: object) => Promise<T>): Promise<States> {
  await page.keyboard.press('Control+s')
  await expect(page.getByTestId('save-state')).toContainText(/^saved/i)
  const arn = decodeURIComponent(/arn=([^&]+)/.exec(page.url())?.[1] ?? '')
  const { definition } = await aws<{ definition: string }>('DescribeStateMachine', { stateMachineArn: arn })
  return (JSON.parse(definition) as { States: States }).States
}
