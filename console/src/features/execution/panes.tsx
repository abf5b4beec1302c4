import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import type { Program } from '~/asl/program'
import type { Seconds } from '~/data/types'
import { Loading } from '~/ui/feedback'
import { useNarrow } from '~/ui/media'
import { Tabs } from '~/ui/tabs'
import { EventsTable } from './events/events-table'
import { stateIdOf } from './fold/states'
import { type Entry, entryOf, type Story } from './fold/story'
import { type Looking, selectionOf, type View } from './selection'
import { SidePanel } from './side/side-panel'
import { Timeline } from './timeline/timeline'

/** The drawing library comes only with the graph. */
const GraphView = lazy(() => import('./graph/graph-view'))

interface Props {
  story: Story
  /** The time up to which what is not over is shown. */
  now: Seconds
  program?: Program
  /** The program is drawn from the history: there was no definition. */
  isSketch: boolean
  looking: Looking
  onLook: (change: Looking) => void
  /** The ARN of the execution; none of a history from a file, which has no links to others. */
  linked?: string
}

/** The views of one story and what is selected in them; what is selected in one is so in all. */
export function Panes({ story, now, program, isSketch, looking, onLook, linked }: Props) {
  const narrow = useNarrow()
  const selection = useMemo(() => selectionOf(story, program, looking), [story, program, looking])
  const select = useCallback(
    (entry: Entry | undefined, event?: number) =>
      onLook({
        event: String(event ?? entry?.entered.id ?? ''),
        state: entry ? stateIdOf(story, program, entry) : undefined,
      }),
    [story, program, onLook],
  )
  const selectEvent = useCallback((id: number) => select(entryOf(story, id), id), [story, select])
  const selectEntry = useCallback((entry: Entry) => select(entry), [select])
  const side = useRef<HTMLDivElement>(null)
  const chosen = selection.entry?.index ?? selection.event
  // Where panes stand one below the other, what was chosen is brought into view.
  useEffect(() => {
    if (narrow && chosen !== undefined) side.current?.scrollIntoView({ block: 'start' })
  }, [narrow, chosen])
  const marked = useMemo(() => new Set(selection.entry?.events), [selection.entry])
  const open = Boolean(selection.entry || selection.event || selection.state)
  const view: View = looking.view ?? 'graph'

  const events = (
    <EventsTable
      story={story}
      looking={looking}
      selected={selection.event ?? selection.entry?.entered.id}
      marked={marked}
      onSelect={selectEvent}
      onLook={onLook}
    />
  )
  const graph = program ? (
    <Suspense fallback={<Loading what="Drawing" />}>
      <GraphView
        story={story}
        program={program}
        isSketch={isSketch}
        now={now}
        selection={selection.state}
        onSelect={state => onLook({ state, event: undefined })}
      />
    </Suspense>
  ) : (
    <Loading what="Reading the definition" />
  )
  const views = (
    <Tabs
      label="Views"
      value={view}
      onChange={next => onLook({ view: next as View })}
      className="h-full bg-surface"
      tabs={[
        { id: 'graph', label: 'Graph', content: graph },
        {
          id: 'timeline',
          label: 'Timeline',
          content: <Timeline story={story} now={now} selected={selection.entry} onSelect={selectEntry} />,
        },
        { id: 'events', label: 'Events', content: events },
      ]}
    />
  )
  const panel = open && (
    <SidePanel
      story={story}
      program={program}
      selection={selection}
      linked={linked}
      onSelect={selectEntry}
      onClose={() => onLook({ event: undefined, state: undefined })}
    />
  )
  if (narrow) {
    return (
      <>
        <div className={open ? 'h-[64dvh] shrink-0' : 'min-h-[64dvh] flex-1'}>{views}</div>
        {open && (
          <div ref={side} className="shrink-0 border-line border-t-4">
            {panel}
          </div>
        )}
      </>
    )
  }
  return (
    <Group orientation="horizontal" className="min-h-0 flex-1">
      <Panel id="views" minSize="25%" className="flex min-h-0 flex-col">
        {views}
      </Panel>
      {open && (
        <>
          <Separator className="w-1.5 border-line border-x bg-canvas hover:bg-line-strong" />
          <Panel id="side" defaultSize="36%" minSize="20%">
            {panel}
          </Panel>
        </>
      )}
    </Group>
  )
}
