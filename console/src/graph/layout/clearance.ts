import { bezier } from './pen'
import type { Point, Rect } from './types'

/** Height of a strip of the index, and the distance of the points kept of a line. */
const STRIP = 24
const STEP = 10
/** How far a label may be moved sideways, and in what steps. */
const REACH = 160
const NUDGE = 8
/** Free room round a label. */
const ROOM = 6

/** Knows where lines, labels and nodes lie, to find a label a place of its own. */
export class Clearance {
  readonly #lines = new Map<number, Point[]>()
  readonly #rects = new Map<number, Rect[]>()

  constructor(boxes: Iterable<Rect>) {
    for (const box of boxes) this.addRect(box)
  }

  addRect(rect: Rect): void {
    for (const strip of strips(rect.y, rect.y + rect.h)) {
      const known = this.#rects.get(strip)
      if (known) known.push(rect)
      else this.#rects.set(strip, [rect])
    }
  }

  addLine(points: Point[]): void {
    for (let i = 0; i + 3 < points.length; i += 3) {
      const curve = points.slice(i, i + 4)
      const [from, to] = [curve[0], curve[3]]
      if (!from || !to) continue
      const steps = Math.min(60, Math.ceil((Math.abs(to.x - from.x) + Math.abs(to.y - from.y)) / STEP))
      for (let k = 0; k <= steps; k++) this.#addPoint(bezier(curve, steps === 0 ? 0 : k / steps))
    }
  }

  #addPoint(point: Point): void {
    const strip = Math.floor(point.y / STRIP)
    const known = this.#lines.get(strip)
    if (known) known.push(point)
    else this.#lines.set(strip, [point])
  }

  /** The nearest free x for the middle of a label; the wished one if there is none. */
  place(at: Point, size: { w: number; h: number }): number {
    for (let by = 0; by <= REACH; by += NUDGE) {
      for (const x of by === 0 ? [at.x] : [at.x + by, at.x - by]) {
        if (this.#free({ x: x - size.w / 2, y: at.y - size.h / 2, ...size })) return x
      }
    }
    return at.x
  }

  #free(rect: Rect): boolean {
    const [left, right] = [rect.x - ROOM, rect.x + rect.w + ROOM]
    const bottom = rect.y + rect.h
    for (const strip of strips(rect.y, bottom)) {
      for (const p of this.#lines.get(strip) ?? []) {
        if (p.x > left && p.x < right && p.y > rect.y && p.y < bottom) return false
      }
      for (const r of this.#rects.get(strip) ?? []) {
        if (r.x < right && r.x + r.w > left && r.y < bottom && r.y + r.h > rect.y) return false
      }
    }
    return true
  }
}

function* strips(top: number, bottom: number): Generator<number> {
  for (let strip = Math.floor(top / STRIP); strip <= Math.floor(bottom / STRIP); strip++) yield strip
}
