import { useMemo, useState } from 'react'
import { pretty } from '~/data/pretty'
import { Button } from './button'
import { Copy } from './copy'
import { cx } from './cx'

const PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g
/** Longer texts are cut until somebody asks for the rest. */
const SHOWN_MAX = 20_000

/** JSON in colours. Everything is text: nothing in it can become markup. */
export function Json({
  text,
  label,
  className,
  bare,
}: {
  text: string
  label: string
  className?: string
  bare?: boolean
}) {
  const [all, setAll] = useState(false)
  const whole = useMemo(() => pretty(text), [text])
  const shown = all ? whole : whole.slice(0, SHOWN_MAX)
  return (
    <div className={cx('group relative', className)}>
      <section
        aria-label={label}
        tabIndex={0}
        className={cx(
          'overflow-auto font-mono text-code',
          !bare && 'rounded-control border border-line bg-canvas p-2 pr-9',
        )}
      >
        <pre className="m-0 whitespace-pre-wrap break-words">{useMemo(() => coloured(shown), [shown])}</pre>
        {shown.length < whole.length && (
          <Button small onPress={() => setAll(true)} className="mt-2">
            Show all {Math.round(whole.length / 1024)} KiB
          </Button>
        )}
      </section>
      <div className="absolute top-1 right-1">
        <Copy text={whole} label={`Copy ${label}`} />
      </div>
    </div>
  )
}

function coloured(text: string) {
  const pieces = []
  let from = 0
  for (const match of text.matchAll(PIECES)) {
    const [whole, string, colon, number] = match
    if (match.index > from) pieces.push(text.slice(from, match.index))
    const colour = string
      ? colon
        ? 'text-text font-strong'
        : 'text-(--code-string)'
      : number
        ? 'text-(--code-number)'
        : 'text-(--code-word)'
    pieces.push(
      <span key={match.index} className={colour}>
        {string ?? whole}
      </span>,
    )
    if (colon) pieces.push(colon)
    from = match.index + whole.length
  }
  pieces.push(text.slice(from))
  return pieces
}
