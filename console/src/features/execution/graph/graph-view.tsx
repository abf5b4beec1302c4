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
  // The clock matters only as long as something is under way.
  const clock = story.entries.some(isOpen) ? now : 0
  const overlay = useMemo(() => overlayOf(story, program, clock), [story, program, clock])
  // What made it fail is what one came to see.
  const culprit = story.entries[story.culprit]
  const failed = culprit && stateIdOf(story, program, culprit)
  useEffect(() => {
    if (failed) handle.current?.focusState(failed)
  }, [failed])
  useEffect(() => {
    if (selection) handle.current?.focusState(selection)
  }, [selection])
  return (
    <div className="relative h-full min-h-0" data-testid="graph">
      <FlowGraph
        ref={handle}
        program={program}
        overlay={overlay}
        selection={selection}
        onSelect={onSelect}
        followFailure
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
