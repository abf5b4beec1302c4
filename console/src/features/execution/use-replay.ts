import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Replay } from './fold/replay'
import type { Story } from './fold/story'
import type { Looking } from './selection'

/** The story as it stood at the place the address names; the address follows the slider when it rests. */
export function useReplay(story: Story, looking: Looking, onLook: (change: Looking) => void) {
  const [at, setAt] = useState(() => numberOf(looking.at))
  const replay = useMemo(() => new Replay(story), [story])
  const shown = useMemo(() => (at === undefined ? story : replay.statusAt(at)), [story, replay, at])
  const written = useRef(looking.at)
  useEffect(() => {
    const text = at === undefined ? undefined : String(at)
    if (text === written.current) return
    const timer = setTimeout(() => {
      written.current = text
      onLook({ at: text })
    }, 250)
    return () => clearTimeout(timer)
  }, [at, onLook])
  // A link, or the browser's back button, leads elsewhere.
  useEffect(() => {
    if (looking.at === written.current) return
    written.current = looking.at
    setAt(numberOf(looking.at))
  }, [looking.at])
  const last = shown.events[shown.count - 1]?.timestamp
  return { shown, at, setAt: useCallback((next: number | undefined) => setAt(next), []), last }
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text !== undefined && Number.isInteger(number) && number >= 0 ? number : undefined
}
