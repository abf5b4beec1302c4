import { useState } from 'react'
import { deleteDraft } from '~/data/drafts'
import { Button } from '~/ui/button'
import { exactTime, useUtc } from '~/ui/time'
import type { Draft } from '../api/drafts'
import { useDocument } from '../document/context'
import { useFacts, useSession } from '../session/context'
import { formatOf } from '../session/format'
import { localDrafts } from '../session/local'
import { continued } from '../session/open'
import type { Opening } from '../session/session'
import type { useSaving } from '../session/use-saving'
import { useStore } from '../store'
import { ConflictDialog } from './conflict-dialog'

/** Somebody else has saved the machine since this was opened. */
export function SaveConflict({ saving }: { saving: ReturnType<typeof useSaving> }) {
  const { source } = useDocument()
  const { title } = useFacts()
  const { theirs } = saving
  if (!theirs) return null
  const { definition } = theirs
  return (
    <ConflictDialog
      title={`${title} was changed by somebody else`}
      data-testid="save-conflict"
      before={{ label: 'Saved by somebody else', source: { text: definition, format: formatOf(definition) } }}
      after={{ label: 'Yours', source }}
      onClose={saving.closeConflict}
      ways={[
        { id: 'draft', label: 'Keep mine as a draft', run: saving.closeConflict },
        { id: 'theirs', label: 'Take theirs', run: saving.takeTheirs },
        {
          id: 'overwrite',
          label: 'Save mine over theirs',
          run: () => void saving.overwrite(),
          tone: 'danger',
        },
      ]}
    >
      Since you opened it, another definition was saved
      {theirs.revisionId ? ` (revision ${theirs.revisionId.slice(0, 8)})` : ''}. Nothing of yours is lost:
      taking theirs is a step that undo takes back.
    </ConflictDialog>
  )
}

/** Another tab has kept another draft of the same thing. Closed, it stays as a line that opens it again. */
export function DraftConflict() {
  const session = useSession()
  const { source } = useDocument()
  const utc = useUtc()
  const { server, stored } = useStore(session.autosave.state)
  const [later, setLater] = useState<Draft>()
  if (server !== 'conflict' || !stored) return null
  if (later === stored) {
    return (
      <p className="flex shrink-0 flex-wrap items-center gap-3 border-line border-b bg-caught-tint px-4 py-1 text-caught">
        The draft was changed elsewhere. Yours is kept in this browser only.
        <Button small onPress={() => setLater(undefined)}>
          Compare
        </Button>
      </p>
    )
  }
  const take = () => {
    session.autosave.takenOver()
    session.document.replace({ text: stored.text, format: stored.format }, 'The other draft was taken over')
  }
  return (
    <ConflictDialog
      title="Another editor has this draft too"
      data-testid="draft-conflict"
      before={{ label: 'Their draft', source: stored }}
      after={{ label: 'Yours', source }}
      onClose={() => setLater(stored)}
      ways={[
        { id: 'theirs', label: 'Take theirs', run: take },
        { id: 'overwrite', label: 'Keep mine', run: () => session.autosave.overwrite(), tone: 'ink' },
      ]}
    >
      Another tab or another editor kept its own at {exactTime(stored.savedAt, utc).slice(11, 16)}. Taking
      theirs is a step that undo takes back; keeping yours writes over theirs.
    </ConflictDialog>
  )
}

/** A draft that is newer than the machine was found. */
export function DraftOffer({ opening, onOpen }: { opening: Opening; onOpen: (opening: Opening) => void }) {
  const utc = useUtc()
  const { offer } = opening
  if (!offer) return null
  const discard = () => {
    localDrafts.remove(offer.id)
    void deleteDraft(offer.id).catch(() => undefined)
    onOpen({ ...opening, offer: undefined, stored: undefined })
  }
  const old = (offer.baseRevisionId ?? '') !== (opening.facts.baseRevisionId ?? '')
  return (
    <ConflictDialog
      title="There is a draft of this state machine"
      data-testid="draft-offer"
      before={{ label: 'Saved', source: opening.source }}
      after={{ label: 'Draft', source: offer }}
      // Whoever closes it without a word loses nothing.
      onClose={() => onOpen(continued(opening, offer))}
      ways={[
        { id: 'discard', label: 'Discard the draft', run: discard, tone: 'danger' },
        {
          id: 'continue',
          label: 'Continue the draft',
          run: () => onOpen(continued(opening, offer)),
          tone: 'ink',
        },
      ]}
    >
      It was kept at {exactTime(offer.savedAt, utc).slice(0, 16)} and never saved.
      {old && ' The state machine was saved by somebody since the draft was begun.'}
    </ConflictDialog>
  )
}
