import { expect, test } from './support/test'

test('the page comes with the headers that protect it, and its files with theirs', async ({
  page,
  request,
}) => {
  const answer = await page.goto('./')
  const headers = answer?.headers() ?? {}
  expect(answer?.status()).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
  const scripts = await page
    .locator('script[src]')
    .evaluateAll(all => all.map(one => (one as HTMLScriptElement).src))
  expect(scripts.length).toBeGreaterThan(0)
  for (const script of scripts) {
    const file = await request.get(script, { headers: { 'Accept-Encoding': 'br' } })
    expect(file.headers()).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }
})

test('the console starts', async ({ page, shots }) => {
  await page.goto('./')
  await expect(page.locator('#root > *').first()).toBeVisible()
  await expect(page).toHaveTitle(/Stateline/)
  await shots('shell', 'narrow', 'wide')
})

test('nothing that is inline runs, and nothing is asked of others', async ({ page, guard, server }) => {
  guard.expect(/Content Security Policy/)
  guard.expect(/request to another origin/)
  await page.goto('./')
  const ran = await page.evaluate(async elsewhere => {
    const script = document.createElement('script')
    script.textContent = 'window.ran = true'
    document.body.append(script)
    const refused = await fetch(elsewhere).then(
      () => 'answered',
      () => 'refused',
    )
    return [Reflect.get(window, 'ran') ?? 'nothing', refused]
  }, `http://localhost:${server.port}/health`)
  expect(ran).toEqual(['nothing', 'refused'])
})

test('it works below the path of a proxy', async ({ page, proxied }) => {
  const url = await proxied('/ops/stateline/')
  await page.goto(url)
  await expect(page.locator('#root > *').first()).toBeVisible()
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', './icon.svg')
})

test('it comes back after the server was killed', async ({ page, server, guard }) => {
  guard.expect(
    /console: .*(ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE)/,
  )
  await page.goto('./')
  await server.kill()
  await server.start()
  // Chromium may be busy with the lost connections, and then refuses to reload.
  await expect(() => page.reload()).toPass({ timeout: 15_000 })
  await expect(page.locator('#root > *').first()).toBeVisible()
})
