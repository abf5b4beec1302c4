import type { BrowserContext, ConsoleMessage } from '@playwright/test'

/** Watches everything that a browser does in a test. What nobody expected fails the test. */
export class Guard {
  private readonly problems: string[] = []
  /** A machine or a new definition that has no draft: the browser reports every 4xx. */
  private readonly expected: RegExp[] = [/status of 400 .*\/stateline\/drafts\/item\?/]
  private readonly origins: string[] = []

  /** Takes problems whose text matches for a part of the test: a server that was killed on purpose
   * is missed loudly. */
  expect(problem: RegExp): void {
    this.expected.push(problem)
  }

  /** Takes requests to the origin of this address for the console's own. */
  own(url: string): void {
    this.origins.push(new URL(url).origin)
  }

  add(problem: string): void {
    this.problems.push(problem)
  }

  watch(context: BrowserContext): void {
    context.on('console', message => {
      if (message.type() === 'error' || isViolation(message)) this.add(`console: ${told(message)}`)
    })
    context.on('weberror', error => this.add(`page: ${error.error().stack ?? error.error().message}`))
    context.on('request', request => {
      const url = new URL(request.url())
      if (/^https?:$/.test(url.protocol) && !this.origins.includes(url.origin)) {
        this.add(`request to another origin: ${request.method()} ${url}`)
      }
    })
    context.on('page', page => page.on('websocket', socket => this.add(`web socket: ${socket.url()}`)))
  }

  /** Throws if anything went wrong. */
  close(): void {
    const unexpected = this.problems.filter(problem => !this.expected.some(known => known.test(problem)))
    if (unexpected.length > 0) throw new Error(`${unexpected.length} problems:\n${unexpected.join('\n')}`)
  }
}

function isViolation(message: ConsoleMessage): boolean {
  return message.text().includes('Content Security Policy')
}

function told(message: ConsoleMessage): string {
  const { url, lineNumber } = message.location()
  return url ? `${message.text()} (${url}:${lineNumber})` : message.text()
}
