// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FlowGraph } from './FlowGraph'
import { layout } from './layout/layout'
import type { Point, Rect } from './layout/types'
import type { Overlay } from './overlay'
import type { FlowGraphProps } from './props'
import { build, chain, large } from './test/build'

vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
)
vi.stubGlobal(
  'DOMMatrixReadOnly',
  class {
    m22 = 1
  },
)
afterEach(cleanup)

const SIZE = { width: 1000, height: 1000 }
const DEFINITION = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Task', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }], Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [chain('A'), chain('B')], End: true },
    Undo: { Type: 'Fail' },
  },
}
const graph = (props: Partial<FlowGraphProps> = {}) => (
  <FlowGraph program={build(DEFINITION)} size={SIZE} {...props} />
)
/** Where a place of the graph is on the screen, by what the library wrote into the page. */
function onScreen({ x, y }: Point) {
  const viewport = document.querySelector<HTMLElement>('.react-flow__viewport')
  const [dx = 0, dy = 0, zoom = 1] = (viewport?.style.transform.match(/-?[\d.]+/g) ?? []).map(Number)
  return { clientX: x * zoom + dx, clientY: y * zoom + dy }
}
const state = (name: RegExp | string) => screen.getByRole('button', { name })

describe('FlowGraph', () => {
  test('shows every state with an accessible name', () => {
    render(graph())
    for (const name of ['Check, Task', 'Both, Parallel', 'A, Pass', 'B, Pass', 'Undo, Fail']) state(name)
    expect(screen.getAllByTestId('graph-edge')).toHaveLength(8)
  })

  test('says what an execution did', () => {
    const overlay: Overlay = {
      states: new Map([
        ['/States/Check', { status: 'caught', entries: 1, attempts: 3, maxAttempts: 3 }],
        ['/States/Undo', { status: 'failed', entries: 1 }],
      ]),
      taken: new Set(['/States/Check|catch|0|/States/Undo']),
    }
    const { rerender } = render(graph({ overlay }))
    expect(state('Check, Task, failed and caught after 3 attempts').dataset.status).toBe('caught')
    expect(state(/^Both/).dataset.status).toBe('notReached')
    const ways = screen.getAllByTestId('graph-edge').filter(edge => edge.dataset.way === 'taken')
    expect(ways.map(edge => edge.dataset.edgeKey)).toEqual([
      'start:|start|0|/States/Check',
      '/States/Check|catch|0|/States/Undo',
    ])
    rerender(graph())
    expect(state('Check, Task').dataset.status).toBeUndefined()
  })

  test('a click selects, Escape lets go', () => {
    const onSelect = vi.fn()
    render(graph({ onSelect, selection: '/States/Undo' }))
    fireEvent.click(state('Check, Task'))
    expect(onSelect).toHaveBeenLastCalledWith('/States/Check')
    fireEvent.keyDown(state('Check, Task'), { key: 'Escape' })
    expect(onSelect).toHaveBeenLastCalledWith(undefined)
  })

  test('arrows walk, Enter selects, a second one opens', () => {
    const [onSelect, onOpen] = [vi.fn(), vi.fn()]
    const { rerender } = render(graph({ onSelect, onOpen }))
    state('Check, Task').focus()
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' })
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Both, Parallel')
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' })
    expect(document.activeElement?.getAttribute('aria-label')).toBe('A, Pass')
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Enter' })
    const id = '/States/Both/Branches/0/States/A'
    expect(onSelect).toHaveBeenLastCalledWith(id)
    rerender(graph({ onSelect, onOpen, selection: id }))
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Enter' })
    expect(onOpen).toHaveBeenCalledWith(id)
  })

  test('containers fold up and open again', () => {
    render(graph())
    fireEvent.click(screen.getByRole('button', { name: 'Collapse Both' }))
    expect(screen.queryByRole('button', { name: 'A, Pass' })).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Expand Both' }))
    state('A, Pass')
  })

  test('read-only, nothing can be inserted', () => {
    const onInsertRequest = vi.fn()
    render(graph({ onInsertRequest }))
    fireEvent.keyDown(state('Check, Task'), { key: '/' })
    expect(onInsertRequest).not.toHaveBeenCalled()
    expect(screen.queryAllByTestId('graph-insert')).toHaveLength(0)
  })

  test('in the editor, keys and buttons insert, marks are said', () => {
    const [onInsertRequest, onEdgeAction, run] = [vi.fn(), vi.fn(), vi.fn()]
    const marks = new Map([['/States/Undo', 'error' as const]])
    const nodeActions = () => [{ id: 'delete', label: 'Delete', icon: 'x', run }]
    const editor = { editable: true, onInsertRequest, onEdgeAction, nodeActions, marks }
    render(graph({ ...editor, selection: '/States/Check' }))
    state('Undo, Fail, has an error')
    state('Check, Task').focus()
    fireEvent.keyDown(state('Check, Task'), { key: 'a' })
    expect(onInsertRequest.mock.calls[0]?.[0]).toMatchObject({ key: '/States/Check|next|0|/States/Both' })
    const [plus] = screen.getAllByTestId('graph-insert')
    if (plus) fireEvent.click(plus)
    expect(onEdgeAction.mock.calls[0]?.[0]).toMatchObject({ kind: 'start' })
  })

  test('an empty definition can be inserted into', () => {
    const onEdgeAction = vi.fn()
    render(<FlowGraph program={build({})} size={SIZE} editable onEdgeAction={onEdgeAction} />)
    fireEvent.click(screen.getByTestId('graph-insert'))
    expect(onEdgeAction.mock.calls[0]?.[0]).toMatchObject({ from: 'start:', to: 'end:' })
  })

  test('a large graph far away is drawn as shapes, and a click selects what lies there', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
    const onSelect = vi.fn()
    const program = build(large(200))
    const overlay: Overlay = {
      states: new Map([['/States/S0', { status: 'succeeded', entries: 1 }]]),
      taken: new Set(),
    }
    const { container } = render(
      <FlowGraph program={program} size={SIZE} overlay={overlay} onSelect={onSelect} minimap={false} />,
    )
    expect(screen.queryByTestId('graph-far')).toBeNull()
    fireEvent.click(screen.getByTestId('graph-fit'))
    const shapes = await screen.findByTestId('graph-far')
    expect(screen.queryAllByTestId('graph-state')).toHaveLength(0)
    expect(shapes.querySelectorAll('path').length).toBeLessThan(12)
    const { x, y, w, h } = layout(program, { collapsed: new Set() }).nodes[0] as Rect
    expect(shapes.querySelector('[stroke="var(--state-succeeded)"]')?.getAttribute('d')).toBe(
      `M${Math.round(x)} ${Math.round(y)}h${w}v${h}h-${w}z`,
    )
    const pane = container.querySelector('.react-flow__pane')
    if (!pane) throw new Error('there is no pane')
    fireEvent.click(pane, onScreen({ x: x + w / 2, y: y + h / 2 }))
    expect(onSelect).toHaveBeenLastCalledWith('/States/S0')
    fireEvent.click(pane, { clientX: 1, clientY: 1 })
    expect(onSelect).toHaveBeenLastCalledWith(undefined)
  }, 20_000)

  test('can be rendered without a browser', () => {
    expect(renderToString(graph())).toContain('aria-label="Workflow graph"')
  })
})
