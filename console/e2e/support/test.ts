import { test as base } from '@playwright/test'
import { type Aws, awsAt, ended } from './aws'
import { checkAccess } from './axe'
import { Guard } from './page'
import { ReverseProxy } from './proxy'
import { MOCKS } from './seed/mocks'
import { type Seeded, seed } from './seed/seed'
import { Server } from './server'
import { lookAt, type Shots, shotsOf } from './shots'

export { expect } from '@playwright/test'

interface Fixtures {
  /** The text of stateline.toml, for a whole file: `test.use({ config })`. */
  config: string
  /** The file's server. It runs when a test begins, and keeps what earlier tests of the file did. */
  server: Server
  /** Calls the server without the console. */
  aws: Aws
  /** Waits until an execution is over, and gives its status. */
  ended: (executionArn: string) => Promise<string>
  /** Machines and executions of all kinds, made once for the file. */
  seeded: Seeded
  /** What counts as going wrong in the browser. */
  guard: Guard
  /** Fails if something keeps people from using the page. */
  axe: () => Promise<void>
  /** Takes pictures of the page. */
  shots: Shots
  /** Takes pictures of the page and checks, light and dark, that nothing keeps people out. */
  look: Shots
  /** Puts the server below a path and gives the address there. */
  proxied: (prefix?: string) => Promise<string>
  /** A proxy that can answer in the server's place. */
  gate: ReverseProxy
}

interface Slot {
  file: string
  server?: Server
  seeded?: Promise<Seeded>
}

export const test = base.extend<Fixtures, { slot: Slot }>({
  config: ['[express]\nkeep = true\n', { option: true }],

  // The tests of a file follow each other in one worker, so that one slot is enough.
  slot: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for
    async ({}, use) => {
      const slot: Slot = { file: '' }
      await use(slot)
      await slot.server?.remove()
    },
    { scope: 'worker' },
  ],

  server: async ({ slot, config }, use, info) => {
    if (slot.file !== info.file) {
      await slot.server?.remove()
      Object.assign(slot, { file: info.file, server: undefined, seeded: undefined })
    }
    slot.server ??= new Server({ config, mocks: MOCKS })
    if (!slot.server.running) await slot.server.start()
    await use(slot.server)
    const log = slot.server.log()
    if (info.status !== info.expectedStatus && log) await info.attach('server.log', { body: log })
  },

  aws: async ({ server }, use) => use(awsAt(() => server.url)),

  ended: async ({ aws }, use) => use(executionArn => ended(aws, executionArn)),

  seeded: async ({ slot, aws }, use) => {
    slot.seeded ??= seed(aws)
    await use(await slot.seeded)
  },

  baseURL: async ({ server }, use) => use(server.url),

  guard: async ({ server }, use) => {
    const guard = new Guard()
    guard.own(server.url)
    await use(guard)
    guard.close()
  },

  context: async ({ context, guard }, use) => {
    guard.watch(context)
    await use(context)
  },

  axe: async ({ page }, use) => use(() => checkAccess(page)),

  shots: async ({ page }, use) => use(shotsOf(page)),

  look: async ({ page }, use) => use(lookAt(page)),

  gate: async ({ server, guard }, use) => {
    const stray = (request: string) => guard.add(`request outside the prefix: ${request}`)
    const proxy = await ReverseProxy.start('/ops/', () => server.port, stray)
    guard.own(proxy.url)
    await use(proxy)
    await proxy.stop()
  },

  proxied: async ({ server, guard }, use) => {
    const proxies: ReverseProxy[] = []
    await use(async (prefix = '/ops/stateline/') => {
      const stray = (request: string) => guard.add(`request outside the prefix: ${request}`)
      const proxy = await ReverseProxy.start(prefix, () => server.port, stray)
      proxies.push(proxy)
      guard.own(proxy.url)
      return proxy.url
    })
    for (const proxy of proxies) await proxy.stop()
  },
})
