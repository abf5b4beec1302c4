import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'

const chromium = execFileSync(fileURLToPath(new URL('../scripts/lib/chromium', import.meta.url)), {
  encoding: 'utf8',
}).trim()

/** The console in a browser, against the binary that STATELINE names. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'results/tests',
  reporter: [['list'], ['html', { outputFolder: 'results/report', open: 'never' }]],
  forbidOnly: Boolean(process.env.CI),
  // A file has a server of its own, and its tests follow each other.
  fullyParallel: false,
  workers: 2,
  // A browser on a machine that is busy stumbles over itself now and then; what needed a second go is told.
  retries: 1,
  // Generous: the machine may be building something else as well.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      // The browser looks for nothing but the server under test.
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
