import { expect, test } from './support/test'

// What every test relies on to notice that something went wrong.

test('a page that does nothing wrong passes', async ({ page, guard }) => {
  await page.goto('./')
  await expect(page).toHaveTitle(/Stateline/)
  guard.close()
})

test('errors on the console and those that nobody catches are problems', async ({ page, guard }) => {
  await page.goto('./')
  await page.evaluate('console.error("first"); setTimeout(() => { throw new Error("second") })')
  await expect.poll(() => problemsOf(guard)).toMatch(/console: first.*page: Error: second/s)
  guard.expect(/first|second/)
})

test('a violation of the content security policy is a problem', async ({ page, guard }) => {
  await page.goto('./')
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = '1'
    document.body.append(script)
  })
  await expect.poll(() => problemsOf(guard)).toMatch(/inline script violates .*Content Security Policy/)
  guard.expect(/Content Security Policy/)
})

test('a request to another origin is a problem', async ({ page, guard, server }) => {
  const other = `http://localhost:${server.port}/`
  await page.goto(other)
  expect(problemsOf(guard)).toContain(`request to another origin: GET ${other}`)
  guard.expect(/request to another origin/)
})

test('a request outside the prefix of a proxy is a problem', async ({ page, proxied, guard }) => {
  await page.goto(await proxied('/ops/'))
  await page.evaluate(() => fetch('/stateline/tasks').then(answer => answer.text()))
  expect(problemsOf(guard)).toContain('request outside the prefix: GET /stateline/tasks')
  guard.expect(/outside the prefix|404/)
})

test('what keeps people from using a page is told with its place', async ({ page, axe }) => {
  await page.goto('./')
  await page.evaluate(() => document.body.append(Object.assign(new Image(), { id: 'nameless' })))
  await expect(axe()).rejects.toThrow(/image-alt \(critical\): .*#nameless/s)
})

function problemsOf(guard: { close: () => void }): string {
  try {
    guard.close()
    return ''
  } catch (error) {
    return String(error)
  }
}
