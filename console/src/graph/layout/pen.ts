import type { Point } from './types'

/** Draws an edge as a chain of cubic Bézier curves. */
export class Pen {
  readonly points: Point[]

  constructor(start: Point) {
    this.points = [start]
  }

  get at(): Point {
    return this.points[this.points.length - 1] ?? { x: 0, y: 0 }
  }

  line(to: Point): this {
    const { x, y } = this.at
    if (Math.abs(to.x - x) < 0.01 && Math.abs(to.y - y) < 0.01) return this
    const part = (k: number) => ({ x: x + (to.x - x) * k, y: y + (to.y - y) * k })
    this.points.push(part(1 / 3), part(2 / 3), to)
    return this
  }

  /** Leaves and arrives vertically. */
  sway(to: Point): this {
    const { x, y } = this.at
    if (Math.abs(to.x - x) < 0.5) return this.line(to)
    const half = (to.y - y) / 2
    this.points.push({ x, y: y + half }, { x: to.x, y: to.y - half }, to)
    return this
  }

  /** A quarter turn; `corner` is where the two lines would meet. */
  turn(corner: Point, to: Point): this {
    const from = this.at
    const k = 0.55
    const toward = (p: Point) => ({ x: p.x + (corner.x - p.x) * k, y: p.y + (corner.y - p.y) * k })
    this.points.push(toward(from), toward(to), to)
    return this
  }

  /** Straight lines through `corners`, rounded, to the last of them. */
  bend(corners: Point[], radius: number): this {
    corners.forEach((corner, i) => {
      const next = corners[i + 1]
      if (!next) {
        this.line(corner)
        return
      }
      const r = Math.min(radius, distance(this.at, corner) / (i === 0 ? 1 : 1.01), distance(corner, next) / 2)
      if (r < 0.5) {
        this.line(corner)
        return
      }
      this.line(towards(corner, this.at, r)).turn(corner, towards(corner, next, r))
    })
    return this
  }
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)

function towards(from: Point, to: Point, by: number): Point {
  const d = distance(from, to)
  return d < 0.01 ? from : { x: from.x + ((to.x - from.x) / d) * by, y: from.y + ((to.y - from.y) / d) * by }
}

/** The point halfway along a chain, by the lengths of the chords. */
export function middleOf(points: Point[]): Point {
  const curves: Point[][] = []
  for (let i = 0; i + 3 < points.length; i += 3) curves.push(points.slice(i, i + 4))
  const lengths = curves.map(curve => distance(curve[0] as Point, curve[3] as Point))
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2
  for (const [i, curve] of curves.entries()) {
    const length = lengths[i] ?? 0
    if (left <= length) return bezier(curve, length > 0 ? left / length : 0)
    left -= length
  }
  return points[points.length - 1] ?? { x: 0, y: 0 }
}

export function bezier(curve: Point[], t: number): Point {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3]
  const sum = (axis: 'x' | 'y') => curve.reduce((total, p, i) => total + p[axis] * (weights[i] ?? 0), 0)
  return { x: sum('x'), y: sum('y') }
}

const n = (value: number) => String(Math.round(value * 10) / 10)

/** The `d` of an SVG path. */
export function pathOf(points: Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let d = `M${n(first.x)} ${n(first.y)}`
  for (let i = 0; i + 2 < rest.length; i += 3) {
    d += `C${rest
      .slice(i, i + 3)
      .map(p => `${n(p.x)} ${n(p.y)}`)
      .join(' ')}`
  }
  return d
}

/** A straight line this long is painted by itself: browsers cut the dashes of a lone line to what is
 * in view, those of a path they count from end to end. */
const LONG = 600

/** The `d`s of a chain, in pieces where it runs straight for long. */
export function piecesOf(points: Point[]): string[] {
  const pieces: string[] = []
  let from = 0
  for (let i = 0; i + 3 < points.length; i += 3) {
    const [a, b] = [points[i], points[i + 3]]
    if (!a || !b || distance(a, b) < LONG || (a.x !== b.x && a.y !== b.y)) continue
    if (i > from) pieces.push(pathOf(points.slice(from, i + 1)))
    pieces.push(`M${n(a.x)} ${n(a.y)}L${n(b.x)} ${n(b.y)}`)
    from = i + 3
  }
  if (from < points.length - 1) pieces.push(pathOf(points.slice(from)))
  return pieces
}

/** The head of an arrow at the end of a chain, as a filled triangle. */
export function arrowOf(points: Point[]): string {
  const tip = points.at(-1)
  const before = [...points].reverse().find(p => tip && distance(p, tip) > 0.5)
  if (!tip || !before) return ''
  const d = distance(before, tip)
  const [ux, uy] = [(tip.x - before.x) / d, (tip.y - before.y) / d]
  const corner = (side: number) =>
    `${n(tip.x - ux * 7 - uy * 3.5 * side)} ${n(tip.y - uy * 7 + ux * 3.5 * side)}`
  return `M${n(tip.x)} ${n(tip.y)}L${corner(1)}L${corner(-1)}Z`
}
