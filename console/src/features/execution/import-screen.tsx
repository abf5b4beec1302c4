import { getRouteApi } from '@tanstack/react-router'
import { FileJson2 } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { Button } from '~/ui/button'
import { Page } from '~/ui/page'
import { StatusBadge, statusOf } from '~/ui/status'
import { fold } from './fold/fold'
import { emptyStory } from './fold/story'
import { WhatWentWrong } from './header'
import { DropZone } from './import/drop-zone'
import { type Read, readFile } from './import/parse'
import { Panes } from './panes'
import { ReplayBar } from './replay-bar'
import type { Looking } from './selection'
import { useProgram } from './use-program'
import { useReplay } from './use-replay'

const route = getRouteApi('/import')

interface Loaded {
  name: string
  history?: Read & { kind: 'history' }
  definition?: string
  trouble?: string
}

/** A history from a file, in the same view as a live one. */
export function ImportScreen() {
  const looking: Looking = route.useSearch()
  const navigate = route.useNavigate()
  const [loaded, setLoaded] = useState<Loaded>({ name: '' })
  const onLook = useCallback(
    (change: Looking) =>
      void navigate({ search: before => ({ ...before, ...change }), replace: !('view' in change) }),
    [navigate],
  )
  const take = (texts: { name: string; text: string }[]) => setLoaded(before => withFiles(before, texts))
  const again = () => {
    setLoaded({ name: '' })
    void navigate({ search: {} })
  }
  const story = useMemo(() => (loaded.history ? fold(loaded.history.events) : emptyStory()), [loaded.history])
  const { program, isSketch } = useProgram(loaded.definition, story, loaded.history !== undefined)
  const replay = useReplay(story, looking, onLook)
  if (!loaded.history) {
    return (
      <Page title="History from a file" data-testid="import">
        {loaded.trouble && (
          <p role="alert" className="mx-auto w-full max-w-2xl rounded-control bg-failed-tint p-3 text-failed">
            {loaded.trouble}
          </p>
        )}
        <DropZone onTexts={take} />
      </Page>
    )
  }
  const missing = loaded.history.missing
  return (
    <Page
      fill
      title={loaded.name}
      data-testid="import"
      actions={
        <>
          <StatusBadge status={statusOf(story.status)} />
          {isSketch && (
            <FileTrigger onSelect={files => files && void textsOf(files).then(take)}>
              <Button small data-testid="import-definition">
                <FileJson2 size={14} aria-hidden="true" /> Add the definition
              </Button>
            </FileTrigger>
          )}
          <Button small onPress={again} data-testid="import-again">
            Another file
          </Button>
        </>
      }
    >
      <div className="flex min-h-0 flex-1 flex-col max-md:overflow-auto">
        {(missing > 0 || loaded.trouble) && (
          <p role="status" className="shrink-0 border-line border-b bg-caught-tint px-4 py-1.5 text-caught">
            {loaded.trouble ??
              `${missing} ${missing === 1 ? 'event is' : 'events are'} not in this file, so some of what happened is not known.`}
          </p>
        )}
        <WhatWentWrong
          story={replay.shown}
          redrivable={false}
          onOpen={(_, event) => onLook({ event: String(event), state: undefined })}
        />
        <Panes
          story={replay.shown}
          now={replay.last ?? 0}
          program={program}
          isSketch={isSketch}
          looking={looking}
          onLook={onLook}
        />
        <ReplayBar story={story} at={replay.at} onAt={replay.setAt} />
      </div>
    </Page>
  )
}

async function textsOf(files: FileList) {
  return Promise.all([...files].map(async file => ({ name: file.name, text: await file.text() })))
}

/** What was loaded before, and what these files add to it. */
function withFiles(before: Loaded, texts: { name: string; text: string }[]): Loaded {
  const next: Loaded = { ...before, trouble: undefined }
  for (const { name, text } of texts) {
    const read = readFile(text)
    if (read.kind === 'history') Object.assign(next, { name, history: read })
    else if (read.kind === 'definition') next.definition = read.text
    else next.trouble = `${name} cannot be shown. ${read.why}`
  }
  if (!next.history && next.definition && !next.trouble) {
    next.trouble = 'That is a definition. Add the history that belongs to it.'
  }
  return next
}
