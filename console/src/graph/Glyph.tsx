import { GLYPHS } from './glyphs'
import type { TypeGlyph } from './present'
import { STATUS, type Status, type StatusGlyph } from './status'

interface GlyphProps {
  name: TypeGlyph | StatusGlyph
  size?: number
  className?: string
}

export function Glyph({ name, size = 16, className }: GlyphProps) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={GLYPHS[name]} />
    </svg>
  )
}

/** A status as its glyph in its colour; the word stands where it is read aloud. */
export function StatusMark({ status, size = 16 }: { status: Status; size?: number }) {
  const { color, glyph } = STATUS[status]
  return (
    <span
      className={`sg-status sg-status-${glyph}`}
      style={{ color: `var(${color})` }}
      title={STATUS[status].word}
    >
      <Glyph name={glyph} size={size} />
    </span>
  )
}
