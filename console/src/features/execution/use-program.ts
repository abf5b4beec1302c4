import { useMemo } from 'react'
import type { Program } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { sketchOf } from './fold/sketch'
import type { Story } from './fold/story'

/** The structure of what ran: from its definition, else drawn from what the history shows. */
export function useProgram(definition: string | undefined, story: Story, wanted: boolean) {
  const read = useMemo(
    () => (definition === undefined ? undefined : readProgram({ text: definition, format: 'json' }).program),
    [definition],
  )
  // A sketch changes only when a state is met for the first time, or a way is.
  const shape = !read && wanted ? sketchOf(story) : undefined
  const sketch = useMemo(
    (): Program | undefined =>
      shape === undefined ? undefined : readProgram({ text: shape, format: 'json' }).program,
    [shape],
  )
  return { program: read ?? sketch, isSketch: !read && sketch !== undefined }
}
