import { exactTime, useUtc } from '~/ui/time'
import { useSession } from '../session/context'
import { useStore } from '../store'

/** Says that the same thing is open elsewhere, before two people write over each other. */
export function OthersBanner() {
  const session = useSession()
  const { others, othersSince } = useStore(session.autosave.state)
  const utc = useUtc()
  if (others.length === 0 || othersSince === undefined) return null
  return (
    <p
      role="status"
      data-testid="others"
      className="shrink-0 border-line border-b bg-waiting-tint px-4 py-1 text-waiting"
    >
      Also open in {others.length === 1 ? 'another tab' : `${others.length} other tabs`} or by another editor,
      since {exactTime(othersSince, utc).slice(11, 16)}. The last one to save is asked first.
    </p>
  )
}
