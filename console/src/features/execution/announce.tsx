import { useEffect, useRef, useState } from 'react'
import type { Story } from './fold/story'
import { announcement } from './words/summary'

/** At most so often something is said, however much happens. */
const PAUSE = 3000

/** Says politely what changed while somebody listens to this screen. */
export function Announce({ story, ready }: { story: Story; ready: boolean }) {
  const [text, setText] = useState('')
  const told = useRef<Story>(undefined)
  const newest = useRef(story)
  newest.current = story
  useEffect(() => {
    if (!ready) return
    told.current = newest.current
    const timer = setInterval(() => {
      if (!told.current || told.current === newest.current) return
      const said = announcement(told.current, newest.current)
      told.current = newest.current
      if (said) setText(said)
    }, PAUSE)
    return () => clearInterval(timer)
  }, [ready])
  return (
    <p aria-live="polite" className="sr-only" data-testid="announce">
      {text}
    </p>
  )
}
