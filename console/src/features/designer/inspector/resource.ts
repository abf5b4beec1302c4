/** What a resource of a Task names, when it is an integration. */
export interface Integration {
  service: string
  sdk: boolean
  action: string
  /** `sync`, `sync:2` or `waitForTaskToken`; '' without one. */
  pattern: string
}

const FORM = /^arn:[\w-]+:states:[\w-]*:\d*:(aws-sdk:)?([\w-]+):(\w+)(?:\.(sync(?::2)?|waitForTaskToken))?$/

export function integrationOf(resource: string): Integration | undefined {
  const match = FORM.exec(resource)
  // An activity of one's own has this form too.
  if (!match || match[2] === 'activity') return undefined
  return {
    service: match[2] ?? '',
    sdk: match[1] !== undefined,
    action: match[3] ?? '',
    pattern: match[4] ?? '',
  }
}
