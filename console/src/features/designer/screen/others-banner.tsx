import { Button } from '~/ui/button'
import { exactTime, useUtc } from '~/ui/time'
import { useDocument } from '../document/context'
import { useFacts, useSession } from '../session/context'
import type { useSaving } from '../session/use-saving'
import { useStore } from '../store'

const BANNER = 'flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1'

/** Says that the same thing is open or was saved elsewhere, before two people write over each other. */
export function OthersBanner({ saving }: { saving: ReturnType<typeof useSaving> }) {
  const session = useSession()
  const { dirty } = useDocument()
  const { baseRevisionId = '' } = useFacts()
  const { others, othersSince, machineRevisionId, machineUpdatedAt } = useStore(session.autosave.state)
  const { busy } = useStore(session.saving)
  const utc = useUtc()
  const clock = (seconds: number) => exactTime(seconds, utc).slice(11, 16)
  const saved = machineRevisionId !== undefined && machineRevisionId !== baseRevisionId && !busy
  const open = others.length > 0 && othersSince !== undefined
  return (
    <>
      {open && (
        <p role="status" data-testid="others" className={`${BANNER} bg-waiting-tint text-waiting`}>
          Also open in {others.length === 1 ? 'another tab' : `${others.length} other tabs`} or by another
          editor, since {clock(othersSince)}.
        </p>
      )}
      {saved && (
        <div role="status" data-testid="saved-elsewhere" className={`${BANNER} bg-caught-tint text-caught`}>
          <span>
            This state machine was saved elsewhere
            {machineUpdatedAt !== undefined && ` at ${exactTime(machineUpdatedAt, utc).slice(0, 16)}`}.
            {dirty ? ' Saving yours asks before it overwrites.' : ' What is shown here is older.'}
          </span>
          <Button small onPress={() => void saving.compareTheirs()} data-testid="compare-theirs">
            Compare
          </Button>
          <Button small onPress={() => void saving.takeNewest()} data-testid="take-theirs">
            Take theirs
          </Button>
        </div>
      )}
    </>
  )
}
