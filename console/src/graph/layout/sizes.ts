/** All measures of the picture, in pixels at zoom 1. */
export const NODE = { w: 208, h: 56 } as const
export const MISSING = { w: 160, h: 36 } as const
export const MARKER = 16
/** A branch or processor without states: room for the hint. */
export const EMPTY = { w: 208, h: 40 } as const
/** Between two nodes beside each other, and between two ranks. */
export const GAP = { node: 44, edge: 20, rank: 56 } as const
/** A container: its title, and the room round and between its lanes. */
export const BOX = { title: 44, pad: 12, lane: 12, lanePad: 16 } as const
/** How far a side edge runs out before it turns. */
export const SIDE = 16
export const LABEL = { h: 18, font: 11, pad: 6 } as const

/** Width of a label. A worker cannot measure text; Inter at 11 px takes 6.2 px a character. */
export function labelWidth(text: string): number {
  return Math.ceil(text.length * 6.2) + 2 * LABEL.pad
}
