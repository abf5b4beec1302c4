/** How each state of a state is shown, in one table for badge, node, lane and chart. Free of React. */
export type Status =
  | 'succeeded'
  | 'running'
  | 'waiting'
  | 'caught'
  | 'failed'
  | 'timedOut'
  | 'aborted'
  | 'notReached'

export type StatusGlyph = 'check' | 'arc' | 'hourglass' | 'shield' | 'cross' | 'clock' | 'slash' | 'hollow'
export type LineStyle = 'solid' | 'flowing' | 'dotted' | 'dashed' | 'double' | 'broken' | 'outline'

export interface StatusLook {
  /** A CSS variable, to be used as `var(…)`. */
  color: string
  tint: string
  glyph: StatusGlyph
  line: LineStyle
  /** In a sentence: "ChargeCard, Task, failed". */
  word: string
}

const look = (name: string, glyph: StatusGlyph, line: LineStyle, word: string): StatusLook => {
  return { color: `--state-${name}`, tint: `--state-${name}-tint`, glyph, line, word }
}

export const STATUS: Record<Status, StatusLook> = {
  succeeded: look('succeeded', 'check', 'solid', 'succeeded'),
  running: look('running', 'arc', 'flowing', 'running'),
  waiting: look('waiting', 'hourglass', 'dotted', 'waiting'),
  caught: look('caught', 'shield', 'dashed', 'failed and caught'),
  failed: look('failed', 'cross', 'double', 'failed'),
  timedOut: look('failed', 'clock', 'double', 'timed out'),
  aborted: look('aborted', 'slash', 'broken', 'aborted'),
  notReached: { color: '--muted', tint: '--surface', glyph: 'hollow', line: 'outline', word: 'not reached' },
}

/** Dashes of an SVG line, for the styles that have some. */
export const DASHES: Partial<Record<LineStyle, string>> = {
  flowing: '6 4',
  dotted: '1 4',
  dashed: '5 4',
  broken: '10 4 3 4',
}
