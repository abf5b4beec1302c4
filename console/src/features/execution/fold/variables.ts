import type { Entry, Story } from './story'

/** Variables as a visit found them, as JSON texts: those of its lane up to it, and of what is around it. */
export function variablesBefore(story: Story, entry: Entry): Record<string, string> {
  const chain: Entry[] = []
  let at: Entry | undefined = entry
  while (at) {
    const before: Entry | undefined = story.entries[at.after]
    if (before) {
      chain.push(before)
      at = before
      continue
    }
    // The first of its lane sees what the Parallel or Map around it saw.
    at = story.entries[story.lanes[at.lane]?.container ?? -1]
  }
  const variables: Record<string, string> = {}
  for (const earlier of chain.reverse()) Object.assign(variables, earlier.assigned)
  return variables
}
