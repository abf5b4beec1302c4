import { fileURLToPath } from 'node:url'
import { expect, type Page } from '@playwright/test'
import { checkAccess } from './axe'

const FOLDER = fileURLToPath(new URL('../../results/screens', import.meta.url))
const USUAL = { width: 1440, height: 900 }
const SIZES = { narrow: { width: 360, height: 740 }, wide: { width: 3840, height: 2160 } }

/** Takes pictures of the page as it is, into `results/screens`: NAME-light.png and NAME-dark.png at
 * 1440×900, and NAME-light-narrow.png and so on at the other sizes that are asked for (wide ones light only). */
export type Shots = (name: string, ...sizes: (keyof typeof SIZES)[]) => Promise<void>

export function shotsOf(page: Page, check: () => Promise<void> = async () => undefined): Shots {
  return async (name, ...sizes) => {
    const before = page.viewportSize()
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await shot(page, USUAL, `${name}-${theme}`)
      await check()
      for (const size of sizes) {
        // A picture of that size takes a second, and its colours are those of the others.
        if (size === 'wide' && theme === 'dark') continue
        await shot(page, SIZES[size], `${name}-${theme}-${size}`)
        await expectNoSideways(page)
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
    if (before) await page.setViewportSize(before)
  }
}

async function shot(page: Page, size: typeof USUAL, name: string): Promise<void> {
  await page.setViewportSize(size)
  await page.evaluate(async () => {
    await document.fonts.ready
    // Two frames: one for what a new size starts, one for what came of it.
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
  })
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' })
}

/** Looks at a screen as a whole: pictures of it, and what keeps people from using it, light and dark. */
export function lookAt(page: Page): Shots {
  return shotsOf(page, () => checkAccess(page))
}

/** Neither the page nor what a screen shows scrolls sideways; tables in it may. */
async function expectNoSideways(page: Page): Promise<void> {
  const wider = await page.evaluate(() =>
    [document.documentElement, document.getElementById('main')]
      .filter(box => box && box.scrollWidth > box.clientWidth)
      .map(box => `${box?.tagName} is ${box?.scrollWidth} wide and has ${box?.clientWidth}`),
  )
  expect(wider).toEqual([])
}
