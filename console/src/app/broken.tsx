import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { FailureBox } from '~/ui/feedback'
import { Page } from '~/ui/page'

/** A screen that failed. The others go on. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This screen has failed">
      <div className="mx-auto w-full max-w-2xl">
        <FailureBox
          failure={error instanceof Error ? error : new Error(String(error))}
          onRetry={reset}
          what="This screen cannot be shown."
        />
      </div>
    </Page>
  )
}

export function Nowhere() {
  return (
    <Page title="Nothing is here">
      <p>
        No screen has this address.{' '}
        <Link to="/" className="underline">
          All state machines
        </Link>
      </p>
    </Page>
  )
}
