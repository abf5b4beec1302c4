import { CircleAlert } from 'lucide-react'
import { Button } from '~/ui/button'
import type { Entry, Story } from './fold/story'
import { summaryOf } from './words/summary'

/** A bad end in plain words, and the ways on from it. */
export function WhatWentWrong(props: {
  story: Story
  redrivable: boolean
  onOpen: (entry: Entry, event: number) => void
}) {
  const summary = summaryOf(props.story, props.redrivable)
  if (!summary) return null
  const { entry, did, error, means, cause, todo, attempt } = summary
  const last = entry?.attempts.at(-1)
  const event = (attempt ? last?.scheduled?.id : undefined) ?? entry?.entered.id
  const tone =
    props.story.status === 'ABORTED' ? 'bg-aborted-tint text-aborted' : 'bg-failed-tint text-failed'
  return (
    <section
      aria-label="What went wrong"
      data-testid="what-went-wrong"
      className={`flex shrink-0 items-start gap-2 border-line border-b px-4 py-2 max-sm:flex-wrap ${tone}`}
    >
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 max-sm:basis-64">
        <p className="break-words">
          <code className="font-mono font-strong">{entry?.name ?? 'The execution'}</code> {did}
          {error ? ': ' : '.'}
          {error && <code className="font-mono font-strong">{error}</code>}
          {error && '. '}
          {means}
        </p>
        {cause && <p className="line-clamp-2 break-words max-sm:hidden">{cause}</p>}
        <p className="text-text">{todo}</p>
      </div>
      {entry && event !== undefined && (
        <Button small onPress={() => props.onOpen(entry, event)} data-testid="open-failure">
          {attempt ? `Open attempt ${attempt}` : `Open ${entry.name.length > 24 ? 'the state' : entry.name}`}
        </Button>
      )}
    </section>
  )
}
