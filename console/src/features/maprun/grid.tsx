import { useNavigate } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useDark } from '~/ui/theme'
import { type CellState, cellAt, type Grid, planOf } from './cells'

/** The words of a cell's state, as in the legend. */
export const CELL_WORDS: Record<CellState, string> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  timedOut: 'Timed out',
  aborted: 'Aborted',
  redrive: 'Pending redrive',
  running: 'Running',
  pending: 'Pending',
}

/** One cell a child on a canvas: ten thousand elements would be slow. The table beside it is for the keyboard. */
export function HeatGrid({ grid, label }: { grid: Grid; label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [under, setUnder] = useState<number>()
  const dark = useDark()
  const go = useNavigate()
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const plan = planOf(grid.states.length, width)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    if (canvas.current && width > 0) paint(canvas.current, grid.states, width)
  }, [grid.states, width, dark])
  const at = (event: React.PointerEvent) => {
    const edge = event.currentTarget.getBoundingClientRect()
    return cellAt(plan, grid.states.length, event.clientX - edge.left, event.clientY - edge.top)
  }
  const open = (event: React.PointerEvent) => {
    const cell = at(event)
    const child = cell === undefined || grid.per > 1 ? undefined : grid.children[cell]
    if (child) void go({ to: '/executions/$arn', params: { arn: child.executionArn } })
  }
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div ref={box} className="max-h-96 min-w-0 overflow-y-auto">
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          data-testid="heat-grid"
          data-cells={grid.states.length}
          className={grid.per === 1 ? 'block cursor-pointer' : 'block'}
          onPointerMove={event => setUnder(at(event))}
          onPointerLeave={() => setUnder(undefined)}
          onPointerUp={open}
        />
      </div>
      <p className="min-h-4 truncate text-label text-muted">{wordsOf(grid, under)}</p>
    </div>
  )
}

function wordsOf(grid: Grid, cell: number | undefined): string {
  if (cell === undefined) {
    return grid.per === 1
      ? 'One cell is one child, in the order they were started.'
      : `One cell stands for ${grid.per} children and shows the worst of them.`
  }
  const word = CELL_WORDS[grid.states[cell] ?? 'pending']
  if (grid.per > 1) return `${word}: children ${cell * grid.per + 1} to ${(cell + 1) * grid.per}`
  const child = grid.children[cell]
  return child ? `${word}: ${child.name}${child.error ? `, ${child.error}` : ''}` : word
}

/** How each state is filled; shape tells it as well as colour. */
function paint(canvas: HTMLCanvasElement, states: readonly CellState[], width: number) {
  const plan = planOf(states.length, width)
  const scale = window.devicePixelRatio || 1
  const [wide, high] = [plan.columns * plan.size, plan.rows * plan.size]
  canvas.width = wide * scale
  canvas.height = high * scale
  canvas.style.width = `${wide}px`
  canvas.style.height = `${high}px`
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(scale, scale)
  const colours = coloursOf(canvas)
  const side = plan.size - (plan.size > 8 ? 2 : 1)
  states.forEach((state, index) => {
    const x = (index % plan.columns) * plan.size
    const y = Math.floor(index / plan.columns) * plan.size
    context.fillStyle = colours[state]
    context.strokeStyle = colours[state]
    drawCell(context, state, x, y, side)
  })
}

function drawCell(context: CanvasRenderingContext2D, state: CellState, x: number, y: number, side: number) {
  if (state === 'pending' || state === 'running' || state === 'redrive') {
    context.lineWidth = state === 'pending' ? 1 : 2
    const inset = context.lineWidth / 2
    context.strokeRect(x + inset, y + inset, side - 2 * inset, side - 2 * inset)
  } else if (state === 'aborted') {
    context.fillRect(x, y + side / 2, side, side / 2)
  } else {
    context.fillRect(x, y, side, side)
  }
  if (state === 'failed' || state === 'timedOut') {
    // A gap through it: across for a failure, upright for a time that ran out.
    const gap = Math.max(1, side / 5)
    if (state === 'failed') context.clearRect(x, y + (side - gap) / 2, side, gap)
    else context.clearRect(x + (side - gap) / 2, y, gap, side)
  }
}

function coloursOf(element: HTMLElement): Record<CellState, string> {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim() || 'gray'
  return {
    succeeded: of('--state-succeeded'),
    failed: of('--state-failed'),
    timedOut: of('--state-failed'),
    aborted: of('--state-aborted'),
    redrive: of('--state-failed'),
    running: of('--state-running'),
    pending: of('--line-strong'),
  }
}
