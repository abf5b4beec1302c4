import type { Entry, Lane, Story } from './story'

interface Drawn {
  Type: string
  Next?: string
  End?: boolean
  Resource?: string
  Choices?: object[]
  Catch?: object[]
  Branches?: object[]
  ItemProcessor?: object
}

/** A definition as far as a history shows one: for a file that came without, or a machine that is gone.
 * States that were not reached are not in it, and no condition is known. */
export function sketchOf(story: Story): string {
  // Behind each visit, the one that came after it.
  const followers: number[] = []
  for (const entry of story.entries) if (entry.after >= 0) followers[entry.after] = entry.index
  return JSON.stringify(scopeOf({ story, followers }, story.lanes.slice(0, 1)))
}

interface Drawing {
  story: Story
  followers: number[]
}

function scopeOf(drawing: Drawing, lanes: readonly Lane[]): object {
  const states: Record<string, Drawn> = {}
  const byName = new Map<string, Entry[]>()
  for (const lane of lanes) {
    for (const index of lane.entries) {
      const entry = drawing.story.entries[index]
      if (!entry) continue
      const visits = byName.get(entry.name)
      if (visits) visits.push(entry)
      else byName.set(entry.name, [entry])
    }
  }
  for (const [name, visits] of byName) states[name] = stateOf(drawing, visits)
  const first = drawing.story.entries[lanes.find(lane => lane.entries.length > 0)?.entries[0] ?? -1]
  // Nothing is known of what a Map Run's items did: that is in the histories of its children.
  return first ? { StartAt: first.name, States: states } : { States: states }
}

function stateOf(drawing: Drawing, visits: Entry[]): Drawn {
  const type = visits[0]?.type ?? ''
  const drawn: Drawn = { Type: type }
  const call = visits.findLast(visit => visit.attempts.length > 0)?.attempts.at(-1)
  if (type === 'Task' && call?.resource) {
    drawn.Resource =
      call.kind === 'task' ? `arn:aws:states:::${call.resourceType}:${call.resource}` : call.resource
  }
  const lanes = visits.flatMap(visit => visit.lanes.flatMap(lane => drawing.story.lanes[lane] ?? []))
  if (type === 'Map') drawn.ItemProcessor = scopeOf(drawing, lanes)
  if (type === 'Parallel') drawn.Branches = branchesOf(drawing, lanes)
  ways(drawing, visits, drawn)
  return drawn
}

/** A branch is known by its first state: their order is not the same each time. */
function branchesOf(drawing: Drawing, lanes: readonly Lane[]): object[] {
  const branches = new Map<string, Lane[]>()
  for (const lane of lanes) {
    const name = drawing.story.entries[lane.entries[0] ?? -1]?.name ?? ''
    branches.set(name, [...(branches.get(name) ?? []), lane])
  }
  return [...branches.values()].map(branch => scopeOf(drawing, branch))
}

function ways({ story, followers }: Drawing, visits: Entry[], drawn: Drawn) {
  const next = new Set<string>()
  const caught = new Map<string, string>()
  let ends = false
  for (const visit of visits) {
    const after = story.entries[followers[visit.index] ?? -1]
    if (!after) ends ||= visit.status === 'succeeded'
    else if (visit.status === 'caught') caught.set(after.name, visit.trouble?.error ?? 'States.ALL')
    else next.add(after.name)
  }
  if (drawn.Type === 'Choice') drawn.Choices = [...next].map(name => ({ Next: name }))
  else if (next.size > 0) drawn.Next = [...next][0]
  else if (ends && drawn.Type !== 'Succeed') drawn.End = true
  if (caught.size > 0)
    drawn.Catch = [...caught].map(([name, error]) => ({ ErrorEquals: [error], Next: name }))
}
