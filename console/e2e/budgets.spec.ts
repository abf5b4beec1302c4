import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import type { Aws } from './support/aws'
import { places } from './support/places'
import { expect, test } from './support/test'

// What the console weighs and how long it takes. Weights are asserted, since they are the same on
// every machine; times are told and kept in results/budgets.json.

const KB = 1000
const FIRST_LOAD_MAX = 220 * KB
const DESIGNER_MAX = 250 * KB
const FILE = fileURLToPath(new URL('../results/budgets.json', import.meta.url))

test.describe.configure({ timeout: 120_000 })

test('weights: the first load, the designer and its code pane', async ({ page }) => {
  await page.goto('./')
  await expect(page.getByTestId('machines')).toBeVisible()
  await page.getByTestId('empty').waitFor()
  await page.evaluate(() => document.fonts.ready)
  const first = await weights(page)
  await page.goto(places.screen('design', { template: 'order' }))
  await expect(page.getByTestId('palette-flow:Choice')).toBeVisible()
  await expect(page.getByTestId('flow-graph')).toHaveAttribute('data-ready')
  const designer = await weights(page)
  await page.getByTestId('view-split').click()
  await expect(page.getByTestId('code')).toBeVisible()
  const code = await weights(page)
  const besides = (these: Map<string, number>, those: Map<string, number>) =>
    sum(these, path => !those.has(path) && !isFont(path))
  const load = sum(first, path => !isFont(path))
  const drawing = besides(designer, first)
  tell({
    'first load, bytes': load,
    'first load, fonts, bytes': sum(first, isFont),
    'the designer with its graph besides, bytes': drawing,
    'its code pane besides, bytes': besides(code, designer),
  })
  expect(load).toBeLessThanOrEqual(FIRST_LOAD_MAX)
  expect(drawing).toBeLessThanOrEqual(DESIGNER_MAX)
})

test('time: a graph of 1,000 states is laid out and panned', async ({ page, aws }) => {
  const stateMachineArn = await create(aws, 'thousand', thousandStates())
  await page.goto(places.machine(stateMachineArn, { tab: 'settings' }))
  await expect(page.getByTestId('tags')).toBeVisible()
  const laid = await page.evaluate(async () => {
    const from = performance.now()
    document.querySelector<HTMLElement>('[data-testid=tab-graph]')?.click()
    const tab = document.querySelector('[data-testid=tab-graph]')
    tab?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }))
    while (!document.querySelector('[data-testid=flow-graph][data-ready]')) {
      await new Promise(requestAnimationFrame)
    }
    return performance.now() - from
  })
  tell({ '1,000 states drawn, ms': laid, 'pan, frames a second': await pan(page) })
  await expect(page.getByTestId('graph-state').first()).toBeVisible()
})

test('time: a history of 25,000 events opens', async ({ page, aws, ended }) => {
  const stateMachineArn = await create(aws, 'long-history', longHistory())
  const input = JSON.stringify(Array.from({ length: ITEMS }, (_, at) => at))
  const { executionArn } = await aws<{ executionArn: string }>('StartExecution', { stateMachineArn, input })
  expect(await ended(executionArn)).toBe('SUCCEEDED')
  const events = await historyOf(aws, executionArn)
  expect(events.length).toBeGreaterThan(24_000)

  // The code is there before: what is timed is the history.
  await page.goto(places.screen('import'))
  const view = { view: 'events' }
  const live = await timed(page, () => page.goto(places.execution(executionArn, view)), events.length)
  await page.goto(places.screen('import', view))
  await expect(page.getByTestId('import-choose')).toBeVisible()
  const choosing = page.waitForEvent('filechooser')
  await page.getByTestId('import-choose').click()
  const chooser = await choosing
  const buffer = Buffer.from(JSON.stringify({ events }))
  const file = { name: 'long.json', mimeType: 'application/json', buffer }
  const imported = await timed(page, () => chooser.setFiles(file), events.length)
  tell({
    events: events.length,
    '25,000 events from the server, ms': live,
    '25,000 events from a file, ms': imported,
  })
})

test('time: from the commit to what is seen', async ({ page, aws, seeded }) => {
  const took: number[] = []
  for (let round = 0; round < 5; round++) {
    const { executionArn } = await aws<{ executionArn: string }>('StartExecution', {
      stateMachineArn: seeded.machines['expense-approval'],
      name: `latency-${round}`,
      input: '{}',
    })
    await page.goto(places.execution(executionArn))
    await expect(page.locator('main [data-status=RUNNING]')).toBeVisible()
    const task = await taskOf(page, executionArn)
    const seen = page.evaluate(async () => {
      while (!document.querySelector('main [data-status=SUCCEEDED]')) await new Promise(requestAnimationFrame)
      return Date.now()
    })
    await aws('SendTaskSuccess', { taskToken: task, output: '{"approved":true}' })
    const answered = Date.now()
    took.push((await seen) - answered)
  }
  took.sort((a, b) => a - b)
  tell({ 'from the answer to the badge, median, ms': took[2] ?? 0, 'the same, slowest, ms': took[4] ?? 0 })
})

/** Each page of the API's largest size, one after the other. */
async function historyOf(aws: Aws, executionArn: string): Promise<object[]> {
  const events: object[] = []
  let nextToken: string | undefined
  do {
    const page = await aws<{ events: object[]; nextToken?: string }>('GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
      nextToken,
    })
    events.push(...page.events)
    nextToken = page.nextToken
  } while (nextToken)
  return events
}

/** From the beginning of `open` until all events are counted on the page. */
async function timed(page: Page, open: () => Promise<unknown>, count: number): Promise<number> {
  const from = Date.now()
  await open()
  await page.waitForFunction(
    wanted =>
      document.querySelector('[data-testid=events-count]')?.textContent?.startsWith(`${wanted} events`),
    count,
    { polling: 'raf', timeout: 60_000 },
  )
  return Date.now() - from
}

async function taskOf(page: Page, executionArn: string): Promise<string> {
  let token: string | undefined
  await expect
    .poll(async () => {
      const url = new URL('stateline/tasks?maxResults=100', page.url())
      const { tasks } = await (await page.request.get(url.href)).json()
      token = tasks.find((one: { executionArn: string }) => one.executionArn === executionArn)?.taskToken
      return token
    })
    .toBeTruthy()
  return token ?? ''
}

/** Drags the canvas about for two seconds, and counts the frames. */
async function pan(page: Page): Promise<number> {
  const box = await page.getByTestId('flow-graph').boundingBox()
  if (!box) throw new Error('the graph is not there')
  const [x, y] = [box.x + 40, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  const counted = page.evaluate(async () => {
    const from = performance.now()
    let frames = 0
    while (performance.now() - from < 2000) {
      await new Promise(requestAnimationFrame)
      frames++
    }
    return (frames * 1000) / (performance.now() - from)
  })
  const until = Date.now() + 2000
  for (let step = 0; Date.now() < until; step++) {
    await page.mouse.move(x + 150 * Math.sin(step / 8), y + 250 * Math.sin(step / 5))
  }
  await page.mouse.up()
  return counted
}

/** What a page has fetched of the console's files: bytes of their bodies as they were sent, which is
 * compressed, by path. Each file is fetched once; a page that is loaded again has none of them. */
async function weights(page: Page): Promise<Map<string, number>> {
  const entries = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
      entry => {
        const { name, encodedBodySize, decodedBodySize } = entry as PerformanceResourceTiming
        return { path: new URL(name).pathname, sent: encodedBodySize, whole: decodedBodySize }
      },
    ),
  )
  const files = entries.filter(({ path }) => path === '/' || /\.\w+$/.test(path))
  // What is tiny gains nothing.
  const scripts = files.filter(({ path, whole }) => path.endsWith('.js') && whole > KB)
  expect(scripts.length).toBeGreaterThan(0)
  for (const { path, sent, whole } of scripts) expect(sent, `${path} is compressed`).toBeLessThan(whole)
  return new Map(files.map(({ path, sent }) => [path, sent]))
}

function sum(files: Map<string, number>, wanted: (path: string) => boolean): number {
  return [...files].reduce((total, [path, size]) => total + (wanted(path) ? size : 0), 0)
}

const isFont = (path: string) => path.endsWith('.woff2')

function tell(figures: Record<string, number>): void {
  let known = {}
  try {
    known = JSON.parse(readFileSync(FILE, 'utf8'))
  } catch {
    // The first figures.
  }
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(value)]),
  )
  mkdirSync(new URL('.', `file://${FILE}`), { recursive: true })
  writeFileSync(FILE, `${JSON.stringify({ ...known, ...rounded }, undefined, 2)}\n`)
  for (const [name, value] of Object.entries(rounded))
    process.stdout.write(`    ${name}: ${value.toLocaleString('en')}\n`)
}

async function create(aws: Aws, name: string, definition: object): Promise<string> {
  const roleArn = 'arn:aws:iam::000000000000:role/console'
  const input = { name, definition: JSON.stringify(definition), roleArn }
  return (await aws<{ stateMachineArn: string }>('CreateStateMachine', input)).stateMachineArn
}

/** A tree of choices and ways through it: 1,000 states. */
function thousandStates(): object {
  const states: Record<string, object> = {}
  for (let at = 0; at < 1000; at++) {
    const next = (by: number) => `State ${Math.min(999, at + by)}`
    states[`State ${at}`] =
      at === 999
        ? { Type: 'Succeed' }
        : at % 5 === 0
          ? {
              Type: 'Choice',
              Choices: [
                { Variable: '$.kind', NumericEquals: 1, Next: next(1) },
                { Variable: '$.kind', NumericEquals: 2, Next: next(2) },
              ],
              Default: next(3),
            }
          : { Type: 'Pass', Next: next(5 - (at % 5)) }
  }
  return { StartAt: 'State 0', States: states }
}

/** Items of the Map whose history is to be long; a state has two events, and so has an iteration. */
const ITEMS = 2000
const STEPS = 5

/** A Map of Pass states. Each item has 12 events: just below the limit of 25,000 altogether. */
function longHistory(): object {
  const states = Array.from({ length: STEPS }, (_, at) => [
    `Step ${at}`,
    { Type: 'Pass', ...(at < STEPS - 1 ? { Next: `Step ${at + 1}` } : { End: true }) },
  ])
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Step 0', States: Object.fromEntries(states) },
        ResultPath: null,
        End: true,
      },
    },
  }
}
