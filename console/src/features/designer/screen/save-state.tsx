import { exactTime, useUtc } from '~/ui/time'
import { useDocument } from '../document/context'
import { useFacts, useSession } from '../session/context'
import { useStore } from '../store'
import { saveWords } from './save-words'

/** Says whether what is on the screen is saved, kept as a draft, or neither. */
export function SaveLabel() {
  const session = useSession()
  const { dirty } = useDocument()
  const { stateMachineArn } = useFacts()
  const autosave = useStore(session.autosave.state)
  const saving = useStore(session.saving)
  const utc = useUtc()
  const clock = (seconds: number) => exactTime(seconds, utc).slice(11, 16)
  const { text, bad } = saveWords({ dirty, isNew: !stateMachineArn, saving, autosave, clock })
  return (
    <span
      role="status"
      data-testid="save-state"
      className={`text-label whitespace-nowrap max-sm:max-w-24 max-sm:truncate ${bad ? 'text-caught' : 'text-muted'}`}
      title={autosave.message ?? text}
    >
      {text}
    </span>
  )
}
