import type { Row } from './rows'

interface Moves {
  row?: Row
  at: number
  last: number
  go: (to: number) => void
  toggle: (row: Row) => void
  zoom: (factor: number) => void
  pan: (part: number) => void
  fit: () => void
}

const STEPS: Record<string, number> = { down: 1, up: -1, pagedown: 20, pageup: -20 }

/** What a key does in the timeline; false if nothing. As in any tree, and `+`, `-`, `0` for the time. */
export function press(key: string, shift: boolean, moves: Moves): boolean {
  const { row, at, toggle } = moves
  const step = STEPS[key.toLowerCase().replace('arrow', '')]
  if (step !== undefined) moves.go(at < 0 ? 0 : at + step)
  else if (key === 'Home') moves.go(0)
  else if (key === 'End') moves.go(moves.last)
  else if (key === '+' || key === '=') moves.zoom(0.7)
  else if (key === '-') moves.zoom(1 / 0.7)
  else if (key === '0') moves.fit()
  else if (shift && key === 'ArrowRight') moves.pan(0.15)
  else if (shift && key === 'ArrowLeft') moves.pan(-0.15)
  else if (row?.opens && ((key === 'ArrowRight' && !row.isOpen) || (key === 'ArrowLeft' && row.isOpen)))
    toggle(row)
  else if (row?.opens && key === 'Enter') toggle(row)
  else return key === 'ArrowRight' || key === 'ArrowLeft'
  return true
}
