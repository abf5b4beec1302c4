import { describe, expect, test } from 'vitest'
import { edgesOf } from '../edges'
import { build, chain, large } from '../test/build'
import { layout } from './layout'
import { hashOf, shapeOf } from './shape'
import type { EdgePath, Layout, Point, Rect } from './types'

const OPEN = { collapsed: new Set<string>() }
const lay = (definition: Record<string, unknown>, collapsed: string[] = []) =>
  layout(build(definition), { collapsed: new Set(collapsed) })

const overlap = (a: Rect, b: Rect) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
const within = (inner: Rect, outer: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.w <= outer.x + outer.w &&
  inner.y + inner.h <= outer.y + outer.h

function onBorder(p: Point, box: Rect): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 0.6
  const across = p.x >= box.x - 0.6 && p.x <= box.x + box.w + 0.6
  const along = p.y >= box.y - 0.6 && p.y <= box.y + box.h + 0.6
  return (
    (across && (near(p.y, box.y) || near(p.y, box.y + box.h))) ||
    (along && (near(p.x, box.x) || near(p.x, box.x + box.w)))
  )
}

/** What must hold of every picture. */
function check(picture: Layout, program = build({})): void {
  const wrong: string[] = []
  const boxes = [...picture.nodes, ...picture.markers]
  for (const scope of new Set(boxes.map(box => box.scope))) {
    const siblings = boxes.filter(box => box.scope === scope)
    for (const [i, a] of siblings.entries()) {
      for (const b of siblings.slice(i + 1)) if (overlap(a, b)) wrong.push(`${a.id} lies on ${b.id}`)
    }
  }
  for (const box of boxes) {
    const parent = picture.nodes.find(other => other.id === box.parent)
    const outer = parent ?? { x: 0, y: 0, w: picture.width, h: picture.height }
    expect(within(box, outer), `${box.id} leaves its container`).toBe(true)
    expect(box.rx).toBeCloseTo(box.x - outer.x)
    expect(box.ry).toBeCloseTo(box.y - outer.y)
  }
  const byId = new Map(boxes.map(box => [box.id, box]))
  for (const edge of picture.edges) {
    expect(edge.points.length % 3, edge.key).toBe(1)
    for (const [end, id] of [
      [edge.points[0], edge.from],
      [edge.points.at(-1), edge.to],
    ] as const) {
      const box = byId.get(id)
      expect(end && box && onBorder(end, box), `${edge.key} does not end at ${id}`).toBe(true)
    }
    const all = [...edge.points, edge.labelAt]
    if (!all.every(p => Number.isFinite(p.x) && Number.isFinite(p.y))) wrong.push(`${edge.key} is nowhere`)
  }
  expect(wrong).toEqual([])
  if (program.states.size > 0)
    expect(picture.nodes.filter(box => box.kind !== 'missing')).toHaveLength(program.states.size)
}

const find = (picture: Layout, name: string) => {
  const box = picture.nodes.find(node => node.name === name)
  if (!box) throw new Error(`no node ${name}`)
  return box
}
const edge = (picture: Layout, kind: string, to: string): EdgePath => {
  const found = picture.edges.find(e => e.kind === kind && e.to === to)
  if (!found) throw new Error(`no ${kind} edge to ${to}`)
  return found
}

const FORK = {
  StartAt: 'Pick',
  States: {
    Pick: {
      Type: 'Choice',
      Choices: [
        { Condition: 'one', Next: 'A' },
        { Condition: 'two', Next: 'B' },
      ],
      Default: 'C',
    },
    A: { Type: 'Succeed' },
    B: { Type: 'Succeed' },
    C: { Type: 'Succeed' },
  },
}
const NESTED = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Both',
        States: { Both: { Type: 'Parallel', Branches: [chain('A', 'B', 'C'), chain('X'), {}], End: true } },
      },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
    Undo: { Type: 'Fail' },
  },
}

describe('layout', () => {
  test('a chain runs straight down', () => {
    const picture = lay(chain('A', 'B', 'C'))
    check(picture)
    const centers = [...picture.nodes, ...picture.markers].map(box => box.x + box.w / 2)
    expect(new Set(centers.map(Math.round)).size).toBe(1)
    expect(find(picture, 'A').y).toBeLessThan(find(picture, 'B').y)
  })

  test('targets of a choice stand in the order of the text', () => {
    const picture = lay(FORK)
    check(picture)
    const xs = ['A', 'B', 'C'].map(name => find(picture, name).x)
    expect(xs).toEqual([...xs].sort((a, b) => a - b))
    expect(edge(picture, 'default', '/States/C').label).toBe('Default')
  })

  test('what is in a container stands in it, branches side by side', () => {
    const program = build(NESTED)
    const picture = layout(program, OPEN)
    check(picture, program)
    const lanes = picture.scopes.filter(scope => scope.parent === find(picture, 'Both').id)
    expect(lanes.map(lane => lane.empty)).toEqual([false, false, true])
    expect(lanes.map(lane => lane.x)).toEqual(lanes.map(lane => lane.x).sort((a, b) => a - b))
    expect(lanes.every((lane, i) => lanes.slice(i + 1).every(other => !overlap(lane, other)))).toBe(true)
    for (const lane of lanes) expect(within(lane, find(picture, 'Both'))).toBe(true)
  })

  test('a collapsed container is one node', () => {
    const picture = lay(NESTED, ['/States/Each'])
    check(picture)
    expect(picture.nodes.map(box => box.name)).toEqual(['Each', 'Done', 'Undo'])
    expect(find(picture, 'Each')).toMatchObject({ kind: 'collapsed', w: 208, h: 56 })
    expect(picture.edges.every(e => e.scope === '')).toBe(true)
  })

  test('catch edges leave from the side', () => {
    const picture = lay(NESTED)
    const box = find(picture, 'Each')
    const start = edge(picture, 'catch', '/States/Undo').points[0]
    expect([box.x, box.x + box.w]).toContainEqual(start?.x)
  })

  test('a loop is marked, and enters its target from the side', () => {
    const picture = lay({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Condition: 'again', Next: 'A' }], Default: 'B' },
      },
    })
    check(picture)
    const loop = edge(picture, 'choice', '/States/A')
    const box = find(picture, 'A')
    expect(loop.back).toBe(true)
    expect([box.x, box.x + box.w]).toContainEqual(loop.points.at(-1)?.x)
    expect(edge(picture, 'default', '/States/B').back).toBe(true)
    expect(edge(picture, 'next', '/States/B').back).toBe(false)
  })

  test('a Next to nowhere leads to a missing node', () => {
    const picture = lay({ StartAt: 'Gone', States: { A: { Type: 'Pass', Next: 'Nowhere' } } })
    check(picture)
    expect(picture.nodes.filter(box => box.kind === 'missing').map(box => box.name)).toEqual([
      'Gone',
      'Nowhere',
    ])
  })

  test('an empty scope has a start, an end and an edge to insert on', () => {
    const picture = lay({})
    check(picture)
    expect(picture.markers.map(marker => marker.kind)).toEqual(['start', 'end'])
    expect(picture.edges.map(e => e.key)).toEqual(['start:|start|0|end:'])
  })

  test('a state that nothing leads to is drawn all the same', () => {
    const picture = lay({ StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } })
    check(picture)
    expect(picture.nodes).toHaveLength(2)
  })

  test('many catchers of one handler share a lane', () => {
    const names = Array.from({ length: 60 }, (_, i) => `S${i}`)
    const plain = chain(...names, 'Handler') as { StartAt: string; States: Record<string, object> }
    const catcher = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Handler' }] }
    for (const name of names) plain.States[name] = { ...plain.States[name], ...catcher }
    const picture = lay(plain)
    check(picture)
    expect(picture.width).toBeLessThan(700)
  })

  test('the same program gives the same picture and hash', () => {
    const first = build(large(120))
    const second = build(large(120))
    expect(layout(first, OPEN)).toEqual(layout(second, OPEN))
    expect(hashOf(shapeOf(first, OPEN))).toBe(hashOf(shapeOf(second, OPEN)))
    expect(hashOf(shapeOf(first, { collapsed: new Set(['/States/S5']) }))).not.toBe(
      hashOf(shapeOf(first, OPEN)),
    )
  })

  test('a thousand states', () => {
    const program = build(large(1000))
    expect(program.states.size).toBeGreaterThan(950)
    const before = process.cpuUsage()
    const picture = layout(program, OPEN)
    const took = process.cpuUsage(before).user / 1000
    check(picture, program)
    expect(picture.edges).toHaveLength(edgesOf(program).length)
    // Processor time in ms, since others may use the machine too.
    expect(took).toBeLessThan(3000)
  }, 30_000)
})
