import { useEffect, useMemo, useRef } from 'react'
import type { Program, StateId } from '~/asl/program'
import type { Seconds } from '~/data/types'
import { FlowGraph, type FlowGraphHandle } from '~/graph'
import { stateIdOf } from '../fold/states'
import { isOpen, type Story } from '../fold/story'
import { overlayOf } from './overlay'

interface Props {
  story: Story
  program: Program
  isSketch: boolean
  now: Seconds
  selection?: StateId
  onSelect: (state: StateId | undefined) => void
}

/** The definition with what happened drawn over it. */
export default function GraphView({ story, program, isSketch, now, selection, onSelect }: Props) {
  const handle = useRef<FlowGraphHandle>(null)
  const box = useRef<HTMLDivElement>(null)
  // The clock matters only as long as something is under way.
  const clock = story.entries.some(isOpen) ? now : 0
  const overlay = useMemo(() => overlayOf(story, program, clock), [story, program, clock])
  // What made it fail is what one came to see, unless something is selected.
  const culprit = story.entries[story.culprit]
  const shown = selection ?? (culprit && stateIdOf(story, program, culprit))
  useEffect(() => {
    if (!shown) return
    return whenDrawn(box.current, () => handle.current?.focusState(shown))
  }, [shown])
  return (
    <div ref={box} className="relative h-full min-h-0" data-testid="graph">
      <FlowGraph
        ref={handle}
        program={program}
        overlay={overlay}
        selection={selection}
        onSelect={onSelect}
        label="What happened, on the workflow"
      />
      {isSketch && (
        <p className="absolute top-2 left-2 max-w-[70%] rounded-control border border-line bg-surface px-2 py-1 text-label text-muted">
          Drawn from the history alone: what was not reached is not shown.
        </p>
      )}
    </div>
  )
}

/** So many frames at most are waited for the first layout. */
const FRAMES_MAX = 300

/** Acts once the graph has been laid out. Returns how to call it off. */
function whenDrawn(box: HTMLElement | null, act: () => void): () => void {
  let frame = 0
  const look = (left: number) => {
    frame = requestAnimationFrame(() => {
      if (box?.querySelector('[data-ready]')) frame = requestAnimationFrame(act)
      else if (left > 0) look(left - 1)
    })
  }
  look(FRAMES_MAX)
  return () => cancelAnimationFrame(frame)
}
