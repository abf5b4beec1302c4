import { ChevronDown, ChevronUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { ProblemCounts } from '../problems/counts'
import { type Pane, ROOMY, useMedia, type View } from './view'

export type Parts = Record<Pane, ReactNode>

/** Several panes beside each other; the borders between them are dragged. */
export function WidePanes({ parts, view }: { parts: Parts; view: View }) {
  const [problems, setProblems] = useState(false)
  const roomy = useMedia(ROOMY)
  const palette = view === 'design' || (view === 'split' && roomy)
  return (
    <Group className="min-h-0 flex-1" id="group-designer">
      {palette && (
        <>
          <Panel
            id="panel-palette"
            defaultSize="220px"
            minSize="160px"
            maxSize="420px"
            groupResizeBehavior="preserve-pixel-size"
          >
            {parts.palette}
          </Panel>
          <Border />
        </>
      )}
      <Panel id="panel-middle" minSize="240px">
        <div className="flex h-full min-h-0 flex-col">
          <Group orientation="vertical" className="min-h-0 flex-1" id="group-designer-middle">
            <Panel id="panel-main" minSize="120px">
              <Group className="h-full" id="group-designer-main">
                {view !== 'code' && (
                  <Panel id="panel-canvas" minSize="200px">
                    {parts.canvas}
                  </Panel>
                )}
                {view === 'split' && <Border />}
                {view !== 'design' && (
                  <Panel id="panel-code" minSize="200px">
                    {parts.code}
                  </Panel>
                )}
              </Group>
            </Panel>
            {problems && (
              <>
                <Border lying />
                <Panel
                  id="panel-problems"
                  defaultSize="180px"
                  minSize="80px"
                  groupResizeBehavior="preserve-pixel-size"
                >
                  <div className="h-full overflow-auto bg-surface">{parts.problems}</div>
                </Panel>
              </>
            )}
          </Group>
          <ProblemsBar open={problems} onToggle={() => setProblems(!problems)} />
        </div>
      </Panel>
      <Border />
      <Panel
        id="panel-inspector"
        defaultSize="340px"
        minSize="240px"
        maxSize="720px"
        groupResizeBehavior="preserve-pixel-size"
      >
        {parts.inspector}
      </Panel>
    </Group>
  )
}

function ProblemsBar({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onToggle}
      data-testid="problems-toggle"
      className="flex h-8 shrink-0 cursor-pointer items-center justify-between border-line border-t bg-surface px-4 text-label outline-offset-[-2px] hover:bg-hover"
    >
      <ProblemCounts />
      {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronUp size={14} aria-hidden="true" />}
    </button>
  )
}

function Border({ lying }: { lying?: boolean }) {
  return (
    <Separator
      className={`relative bg-line outline-offset-0 transition-colors data-[separator=active]:bg-focus data-[separator=hover]:bg-line-strong ${lying ? 'h-px' : 'w-px'}`}
    />
  )
}

const NARROW: { id: Pane; label: ReactNode }[] = [
  { id: 'canvas', label: 'Canvas' },
  { id: 'palette', label: 'Insert' },
  { id: 'inspector', label: 'Form' },
  { id: 'code', label: 'Code' },
  { id: 'problems', label: <ProblemCounts /> },
]

/** One pane at a time, and a switch. */
export function NarrowPanes({
  parts,
  pane,
  onPane,
}: {
  parts: Parts
  pane: Pane
  onPane: (pane: Pane) => void
}) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-auto">{parts[pane]}</div>
      <nav aria-label="Panes" className="flex shrink-0 overflow-x-auto border-line border-t bg-surface">
        {NARROW.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-current={id === pane ? 'true' : undefined}
            onClick={() => onPane(id)}
            data-testid={`pane-${id}`}
            className="min-h-11 flex-1 cursor-pointer px-2 whitespace-nowrap text-muted outline-offset-[-2px] aria-[current=true]:bg-selected aria-[current=true]:font-strong aria-[current=true]:text-text"
          >
            {label}
          </button>
        ))}
      </nav>
    </div>
  )
}
