import { Pause, Play, Radio } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from '~/ui/button'
import { Select } from '~/ui/select'
import { offset } from './events/rows'
import type { Story } from './fold/story'
import { whatHappened } from './words/events'

interface Props {
  /** The whole story. */
  story: Story
  /** How many events are shown; undefined: all, and those to come. */
  at: number | undefined
  onAt: (at: number | undefined) => void
}

const SPEEDS = [
  { id: '2', label: '2 a second' },
  { id: '10', label: '10 a second' },
  { id: '100', label: '100 a second' },
  { id: '1000', label: '1000 a second' },
]

/** Goes back and forth through what happened, event by event. */
export function ReplayBar({ story, at, onAt }: Props) {
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState('10')
  const shown = Math.min(at ?? story.count, story.count)
  useEffect(() => {
    if (!playing) return
    const perSecond = Number(speed)
    const pause = Math.max(33, 1000 / perSecond)
    const timer = setTimeout(() => {
      const next = shown + Math.max(1, Math.round((perSecond * pause) / 1000))
      if (next >= story.count) setPlaying(false)
      onAt(next >= story.count ? undefined : next)
    }, pause)
    return () => clearTimeout(timer)
  }, [playing, speed, shown, story.count, onAt])
  const play = () => {
    if (!playing && shown >= story.count) onAt(1)
    setPlaying(!playing)
  }
  const event = story.events[shown - 1]
  const told = event ? `${event.id} ${event.type}` : 'Before the first event'
  return (
    <div
      data-testid="replay"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-t bg-surface px-3 py-1 max-md:sticky max-md:bottom-0 max-md:z-20"
    >
      <IconButton small label={playing ? 'Pause' : 'Replay'} onPress={play} data-testid="replay-play">
        {playing ? <Pause size={14} aria-hidden="true" /> : <Play size={14} aria-hidden="true" />}
      </IconButton>
      <input
        type="range"
        min={0}
        max={story.count}
        value={shown}
        aria-label="Replay"
        aria-valuetext={told}
        data-testid="replay-slider"
        onChange={change => {
          const to = Number(change.target.value)
          setPlaying(false)
          onAt(to >= story.count ? undefined : to)
        }}
        className="h-6 min-w-24 flex-1 cursor-pointer accent-(--ink) max-sm:h-11"
      />
      <span
        className="w-64 truncate text-label text-muted max-lg:hidden"
        title={event && whatHappened(story, event)}
      >
        {at === undefined
          ? `${story.count} events`
          : event
            ? `${event.id} of ${story.count} · ${offset((event.timestamp - (story.started?.at ?? event.timestamp)) * 1000)} · ${event.type}`
            : 'before the first event'}
      </span>
      <Select
        label="Speed"
        hiddenLabel
        choices={SPEEDS}
        value={speed}
        onChange={setSpeed}
        className="w-36 max-sm:hidden"
      />
      <Button
        small
        tone={at === undefined ? 'quiet' : 'plain'}
        isDisabled={at === undefined}
        onPress={() => {
          setPlaying(false)
          onAt(undefined)
        }}
        data-testid="replay-live"
      >
        <Radio size={14} aria-hidden="true" /> {story.status === 'RUNNING' ? 'Back to live' : 'Show the end'}
      </Button>
    </div>
  )
}
