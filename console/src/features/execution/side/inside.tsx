import { useState } from 'react'
import { Button } from '~/ui/button'
import { StatusGlyph } from '~/ui/status'
import { Elapsed } from '~/ui/time'
import type { Entry, Story } from '../fold/story'
import { Section } from './section'

const SHOWN = 20

/** The branches or iterations of a Parallel or Map. */
export function Inside({
  story,
  entry,
  onSelect,
}: {
  story: Story
  entry: Entry
  onSelect: (entry: Entry) => void
}) {
  const [shown, setShown] = useState(SHOWN)
  if (entry.lanes.length === 0) return null
  const lanes = entry.lanes.flatMap(index => story.lanes[index] ?? [])
  // What went wrong comes first: it is what one looks for among many.
  const sorted = lanes.toSorted((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'))
  const retries = new Set(lanes.map(lane => lane.attempt)).size > 1
  const word = entry.type === 'Map' ? 'Item' : 'Branch'
  return (
    <Section title={entry.type === 'Map' ? `${lanes.length} iterations` : `${lanes.length} branches`}>
      <ul className="m-0 list-none p-0" data-testid="inside">
        {sorted.slice(0, shown).map(lane => {
          const first =
            story.entries[
              lane.entries.findLast(at => story.entries[at]?.status === 'failed') ?? lane.entries[0] ?? -1
            ]
          return (
            <li key={lane.index}>
              <button
                type="button"
                disabled={!first}
                onClick={() => first && onSelect(first)}
                className="flex min-h-7 w-full cursor-pointer items-center gap-2 rounded-control px-1 text-left hover:bg-hover max-sm:min-h-11"
              >
                <StatusGlyph status={lane.status} />
                <span className="shrink-0">
                  {word} {entry.type === 'Map' ? lane.number : lane.number + 1}
                </span>
                {retries && (
                  <span className="shrink-0 text-label text-muted">attempt {lane.attempt + 1}</span>
                )}
                <span className="min-w-0 flex-1 truncate text-muted">{first?.name}</span>
                {lane.started && (
                  <span className="text-label text-muted">
                    <Elapsed from={lane.started.at} to={lane.ended?.at} />
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
      {sorted.length > shown && (
        <Button small onPress={() => setShown(shown + 200)}>
          Show more of {sorted.length}
        </Button>
      )}
    </Section>
  )
}
