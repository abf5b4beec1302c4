import { useConnection } from '~/data/connection'

const TEXTS = {
  down: 'The server cannot be reached. The console looks for it; nothing that you have typed is lost.',
  signedOut:
    'Your session has ended. Sign in again in another tab; this page goes on by itself, and nothing that you have typed is lost.',
}

/** Says that the server is away, or does not know us any more. */
export function Banner() {
  const state = useConnection()
  return (
    <div role="status" aria-live="assertive" data-testid="banner">
      {state !== 'up' && (
        <p className="flex flex-wrap gap-x-3 border-line border-b bg-caught-tint px-4 py-1.5 text-caught">
          {TEXTS[state]}
          {state === 'signedOut' && (
            <a href="./" target="_blank" rel="noreferrer" className="underline">
              Sign in
            </a>
          )}
        </p>
      )}
    </div>
  )
}
