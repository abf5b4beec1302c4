import type { ReactNode } from 'react'
import { cx } from '~/ui/cx'
import type { Mark } from '../values'

const WORDS: Record<Mark, { short: string; long: string }> = {
  path: { short: '$', long: 'A path into the data' },
  context: { short: '$$', long: 'A path into the context' },
  variable: { short: '$x', long: 'A variable' },
  function: { short: 'ƒ', long: 'A function' },
  expression: { short: '{%', long: 'An expression in JSONata' },
}

/** A field with the mark that says what is in it. Its help shows while one is in it. */
export function Row({ mark, children, className }: { mark?: Mark; children: ReactNode; className?: string }) {
  return (
    <div
      className={cx(
        'relative min-w-0 [&_[slot=description]]:hidden [&:focus-within_[slot=description]]:block',
        className,
      )}
    >
      {children}
      {mark && (
        <span
          title={WORDS[mark].long}
          className="absolute top-0 right-0 rounded-[4px] bg-(--state-caught-tint) px-1 font-mono text-[11px] text-caught leading-4"
          data-testid={`mark-${mark}`}
        >
          <span aria-hidden="true">{WORDS[mark].short}</span>
          <span className="sr-only">{WORDS[mark].long}</span>
        </span>
      )}
    </div>
  )
}
