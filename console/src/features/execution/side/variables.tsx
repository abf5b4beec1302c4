import { Json } from '~/ui/json'
import { JsonDiff } from '~/ui/json-diff'
import type { Entry, Story } from '../fold/story'
import { variablesBefore } from '../fold/variables'
import { Section } from './section'

/** The variables a state saw, and what it made of them. */
export function Variables({ story, entry }: { story: Story; entry: Entry }) {
  const before = variablesBefore(story, entry)
  if (Object.keys(before).length === 0 && !entry.assigned) return null
  const after = { ...before, ...entry.assigned }
  return (
    <Section title="Variables">
      <div data-testid="variables">
        {entry.assigned ? (
          <JsonDiff before={textOf(before)} after={textOf(after)} label="Variables it assigned" />
        ) : (
          <p className="text-label text-muted">It assigned none.</p>
        )}
        <Json text={textOf(after)} label="Variables" className="mt-2 [&_section]:max-h-56" />
      </div>
    </Section>
  )
}

function textOf(variables: Record<string, string>): string {
  return `{${Object.entries(variables)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`
}
