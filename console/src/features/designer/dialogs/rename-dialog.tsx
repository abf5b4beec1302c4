import { useState } from 'react'
import { renameState } from '~/asl/edits/rename-state'
import type { StateId } from '~/asl/program'
import { join } from '~/asl/tree'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Field } from '~/ui/field'
import { useDocument } from '../document/context'
import { useSession } from '../session/context'
import { followRename } from '../try/samples'

/** Gives a state another name, and everything that leads to it. */
export function RenameDialog({ id, onClose }: { id: StateId; onClose: () => void }) {
  const { document, reading } = useDocument()
  const session = useSession()
  const [name, setName] = useState(reading.program?.states.get(id)?.name ?? '')
  const [refused, setRefused] = useState<string>()
  const rename = () => {
    const reason = document.run((source, program) => renameState(source, program, id, name))
    if (reason !== undefined) return setRefused(reason)
    const state = reading.program?.states.get(id)
    if (state) followRename(session, id, join(state.scope, 'States', name))
    onClose()
  }
  return (
    <Dialog
      title="Rename"
      open
      onClose={onClose}
      data-testid="rename-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="ink" onPress={rename} data-testid="rename-yes">
            Rename
          </Button>
        </>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          rename()
        }}
      >
        <Field
          label="Name"
          value={name}
          onChange={next => {
            setName(next)
            setRefused(undefined)
          }}
          error={refused}
          autoFocus
          data-testid="rename-name"
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
