import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails with a list of what keeps people from using the page. */
export async function checkAccess(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const lines = violations.flatMap(violation => [
    `${violation.id} (${violation.impact}): ${violation.help}`,
    ...violation.nodes.map(
      node => `    ${node.target.join(' ')}\n      ${indent(node.failureSummary ?? '')}`,
    ),
  ])
  expect(lines.join('\n')).toBe('')
}

function indent(text: string): string {
  return text.split('\n').join('\n      ')
}
