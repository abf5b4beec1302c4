import { attemptsText, durationText, type StateOverlay } from '../overlay'
import { DASHES, STATUS, type Status } from '../status'
import type { ColorName, Colors } from './theme'

type Stroke = Record<string, string | number | undefined>

/** A status in colours and lines. */
export function lookOf(status: Status | undefined, colors: Colors) {
  const plain = status === undefined || status === 'notReached'
  const own = STATUS[status ?? 'notReached']
  const color = colors[own.color as ColorName]
  const stroke = plain ? colors['--line-strong'] : color
  const width = own.line === 'flowing' || own.line === 'dotted' ? 2 : 1
  const line: Stroke = {
    stroke,
    'stroke-width': width,
    'stroke-dasharray': plain ? undefined : DASHES[own.line],
  }
  return {
    glyph: own.glyph,
    color,
    line,
    inner: own.line === 'double' ? ({ stroke, 'stroke-width': 1 } satisfies Stroke) : undefined,
    fill: status === 'notReached' ? 'none' : colors['--surface'],
    tint: plain ? colors['--canvas'] : colors[own.tint as ColorName],
    text: status === 'notReached' ? colors['--muted'] : colors['--text'],
    figures: plain ? colors['--muted'] : color,
  }
}

/** `2/3 · 4.2 s` */
export function figuresOf(overlay?: StateOverlay): string | undefined {
  if (!overlay) return undefined
  const { counts, entries, durationMs } = overlay
  const parts = [
    attemptsText(overlay),
    counts ? `${counts.done}/${counts.total}` : entries > 1 ? `${entries}×` : undefined,
    durationMs === undefined ? undefined : durationText(durationMs),
  ]
  return parts.filter(Boolean).join(' · ') || undefined
}
