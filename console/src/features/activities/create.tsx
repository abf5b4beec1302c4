import { useState } from 'react'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Field } from '~/ui/field'
import { useActivityChange } from './data'

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const change = useActivityChange(onClose)
  const create = () => name.trim() && change.mutate({ create: name.trim() })
  return (
    <Dialog
      title="New activity"
      open
      onClose={onClose}
      data-testid="create-activity"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={!name.trim() || change.isPending}
            onPress={create}
            data-testid="create-go"
          >
            Create
          </Button>
        </>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          create()
        }}
      >
        <Field
          label="Name"
          value={name}
          onChange={setName}
          maxLength={80}
          autoFocus
          error={change.error?.message}
          help="States name it by its ARN, as their Resource."
          data-testid="activity-name"
        />
      </form>
    </Dialog>
  )
}
