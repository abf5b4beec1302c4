import { exactTime, useUtc } from '~/ui/time'
import { useFacts, useSession } from '../session/context'
import { useStore } from '../store'

/** Says that the same thing is open or was saved elsewhere, before two people write over each other. */
export function OthersBanner() {
  const session = useSession()
  const { baseRevisionId = '' } = useFacts()
  const { others, othersSince, machineRevisionId } = useStore(session.autosave.state)
  const utc = useUtc()
  const saved = machineRevisionId !== undefined && machineRevisionId !== baseRevisionId
  const open = others.length > 0 && othersSince !== undefined
  if (!saved && !open) return null
  return (
    <p
      role="status"
      data-testid="others"
      className="shrink-0 border-line border-b bg-waiting-tint px-4 py-1 text-waiting"
    >
      {open &&
        `Also open in ${others.length === 1 ? 'another tab' : `${others.length} other tabs`} or by another editor, since ${exactTime(othersSince, utc).slice(11, 16)}. `}
      {saved &&
        'The state machine was saved elsewhere since you opened it; saving asks before it overwrites.'}
    </p>
  )
}
