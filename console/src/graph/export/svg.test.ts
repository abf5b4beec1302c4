import { describe, expect, test } from 'vitest'
import { edgesOf } from '../edges'
import { layout } from '../layout/layout'
import type { Overlay, StateOverlay } from '../overlay'
import { build, chain } from '../test/build'
import { toSvg } from './svg'
import { clip, escapeXml } from './xml'

const draw = (definition: Record<string, unknown>, overlay?: Overlay, theme: 'light' | 'dark' = 'light') => {
  const program = build(definition)
  return toSvg(program, layout(program, { collapsed: new Set() }), overlay, theme)
}

const CAUGHT = {
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'charge-card' },
      Catch: [{ ErrorEquals: ['Declined'], Next: 'Undo' }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
    Undo: { Type: 'Fail', Error: 'Declined' },
  },
}

describe('toSvg', () => {
  test('a small workflow', () => {
    expect(draw(chain('A', 'B'))).toMatchSnapshot()
  })

  test('an execution that was caught', () => {
    const states = new Map<string, StateOverlay>([
      ['/States/Charge', { status: 'caught', entries: 1, attempts: 3, maxAttempts: 3, durationMs: 4200 }],
      ['/States/Undo', { status: 'failed', entries: 1 }],
    ])
    const taken = new Set(['/States/Charge|catch|0|/States/Undo'])
    const svg = draw(CAUGHT, { states, taken }, 'dark')
    expect(svg).toContain('3/3 · 4.2 s')
    expect(svg).toMatchSnapshot()
  })

  test('nothing of the page, nothing foreign', () => {
    const svg = draw({
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [chain('X'), {}], Next: 'Gone' } },
    })
    expect(svg).not.toMatch(/var\(|foreignObject|href|<style|<script|NaN|undefined/)
    expect(svg).toContain('Gone is missing')
    expect(svg.match(/<svg /g)).toHaveLength(1)
  })

  test('names are text, never markup', () => {
    const svg = draw(chain('<script>"&\u0001'))
    expect(svg).toContain('&lt;script&gt;&quot;&amp;')
    expect(svg).not.toContain('<script>')
  })

  test('the edges of start and end follow from the states', () => {
    const program = build(chain('A'))
    const states = new Map<string, StateOverlay>([['/States/A', { status: 'succeeded', entries: 1 }]])
    const svg = toSvg(
      program,
      layout(program, { collapsed: new Set() }),
      { states, taken: new Set() },
      'light',
    )
    expect(svg.match(/stroke-width="2" *\/>/g)?.length).toBeGreaterThanOrEqual(edgesOf(program).length)
  })
})

test('escapeXml leaves out what XML does not know', () => {
  expect(escapeXml('a\u0000\ud800b\ufffe😀\n')).toBe('ab😀\n')
})

test('clip ends a long text with an ellipsis', () => {
  expect(clip('short', 100, 13)).toBe('short')
  expect(clip('AnUnreasonablyLongNameOfAState', 100, 13)).toMatch(/^AnUnreas.*…$/)
})
