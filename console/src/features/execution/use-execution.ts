import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { aws, ownUrl } from '~/data/client'
import type { Failure } from '~/data/failure'
import { onChanges } from '~/data/live'
import { useScope } from '~/data/scope'
import { type Message, parsed, watch } from '~/data/sse'
import type { Execution, HistoryEvent, Machine } from '~/data/types'
import { extend } from './fold/fold'
import { emptyStory, type Story } from './fold/story'

export interface LiveStory {
  story: Story
  execution?: Execution
  /** All there is has come: nothing is on its way any more, or it is followed live. */
  caughtUp: boolean
  failure?: Failure
}

const NOTHING: LiveStory = { story: emptyStory(), caughtUp: false }

/** Follows the committed history of an execution, from its first event on. */
export function useLiveStory(arn: string): LiveStory & { again: () => void } {
  const scope = useScope()
  const [live, setLive] = useState(NOTHING)
  const again = useRef<() => void>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another account it is another execution
  useEffect(() => {
    const follower = follow(arn, setLive)
    again.current = follower.again
    // After its end nothing is followed, until a redrive is told.
    const off = onChanges(changes => {
      if (changes.some(change => change.executionArn === arn)) follower.again()
    })
    return () => {
      off()
      follower.stop()
    }
  }, [arn, scope])
  return { ...live, again: useCallback(() => again.current?.(), []) }
}

/** So many events in one frame are a history that is read, and none that happens. */
const POURING = 200
/** Milliseconds between two pieces of it. */
const POURING_PAUSE = 150

/** Reads the stream, and hands on what has come once a frame. */
function follow(arn: string, show: (live: LiveStory) => void) {
  let live = NOTHING
  let arrived: HistoryEvent[] = []
  let calledOff: (() => void) | undefined
  let off: (() => void) | undefined
  show(live)
  let pause = 0
  const put = (next: Partial<LiveStory>) => {
    live = { ...live, ...next }
    calledOff ??= soon(flush, pause)
  }
  const flush = () => {
    calledOff = undefined
    // While a long history pours in, drawing each piece of it would hold up the rest.
    pause = arrived.length > POURING ? POURING_PAUSE : 0
    if (arrived.length > 0) live = { ...live, story: extend(live.story, arrived) }
    arrived = []
    show(live)
  }
  const take = (message: Message) => {
    if (message.event === 'history') arrived.push(parsed(message) as HistoryEvent)
    else if (message.event === 'execution') put({ execution: parsed(message) as Execution })
    else if (message.event === 'end') {
      off = undefined
      // Nothing more pours in: what has come is shown with the next frame.
      pause = 0
      calledOff?.()
      calledOff = undefined
      put({ caughtUp: true })
    }
  }
  const connect = () => {
    // The id of a message is an event's; what is not numbered stands behind it.
    const known = () => String(arrived.at(-1)?.id ?? live.story.lastId)
    off = watch({
      url: () => ownUrl('executions/events', { executionArn: arn, after: known() }),
      until: 'end',
      onMessages: messages => {
        for (const message of messages) take(message)
        put({ failure: undefined })
      },
      onFailure: failure => {
        off = undefined
        put({ failure, caughtUp: true })
      },
    })
  }
  connect()
  return {
    again: () => {
      if (!off) connect()
    },
    stop: () => {
      off?.()
      calledOff?.()
    },
  }
}

/** Calls with the next frame, or after a pause; a page that is not seen has no frames. Returns how to call it off. */
function soon(act: () => void, pause: number): () => void {
  if (document.hidden || pause > 0) {
    const timer = setTimeout(act, pause || 200)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(act)
  return () => cancelAnimationFrame(frame)
}

/** What AWS's operation says of it: also with input and output. */
export function useDescription(arn: string, status: string | undefined) {
  const scope = useScope()
  return useQuery<Execution, Failure>({
    queryKey: ['execution', scope, arn, status],
    queryFn: ({ signal }) => aws<Execution>('DescribeExecution', { executionArn: arn }, { signal }),
    placeholderData: earlier => (earlier?.executionArn === arn ? earlier : undefined),
  })
}

/** The definition it runs with, which is not always the machine's newest. */
export function useMachineOf(arn: string) {
  const scope = useScope()
  return useQuery<Machine, Failure>({
    queryKey: ['execution-machine', scope, arn],
    queryFn: ({ signal }) =>
      aws<Machine>('DescribeStateMachineForExecution', { executionArn: arn }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  })
}
