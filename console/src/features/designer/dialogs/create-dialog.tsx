import { useState } from 'react'
import type { MachineType } from '~/data/types'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { Select } from '~/ui/select'
import { useRole } from '../api/use-role'
import { plainFailure } from '../problems/problems'
import { useFacts, useSession } from '../session/context'
import { useStore } from '../store'

const TYPES = [
  { id: 'STANDARD', label: 'Standard', detail: 'durable, up to a year' },
  { id: 'EXPRESS', label: 'Express', detail: 'fast, up to 5 minutes' },
] as const

export interface Wish {
  name: string
  roleArn: string
  type: MachineType
}

/** Asks for what a new state machine needs besides its definition. */
export function CreateDialog({ onClose, onCreate }: { onClose: () => void; onCreate: (wish: Wish) => void }) {
  const facts = useFacts()
  const { busy, failure } = useStore(useSession().saving)
  const role = useRole()
  const [name, setName] = useState(facts.title)
  const [type, setType] = useState<MachineType>(facts.machineType)
  const [typedRole, setTypedRole] = useState<string>()
  const roleArn = typedRole ?? facts.roleArn ?? role
  const ready = name.trim() !== '' && roleArn !== ''
  const create = () => ready && !busy && onCreate({ name: name.trim(), roleArn, type })
  return (
    <Dialog
      title="Save as a new state machine"
      open
      onClose={onClose}
      data-testid="create-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="ink" isDisabled={!ready} isPending={busy} onPress={create} data-testid="create">
            {busy ? 'Creating…' : 'Create'}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          create()
        }}
      >
        <Field
          label="Name"
          value={name}
          onChange={setName}
          autoFocus
          maxLength={80}
          help="Up to 80 letters, digits, - and _. It cannot be changed later."
          data-testid="machine-name"
        />
        <Select
          label="Type"
          choices={TYPES}
          value={type}
          onChange={id => setType(id as MachineType)}
          data-testid="machine-type"
        />
        <Field
          label="Role"
          value={roleArn}
          onChange={setTypedRole}
          mono
          help="The role that it acts under. It matters where calls leave for AWS."
        />
        {failure && <FailureBox failure={plainFailure(failure)} what="It was not created." />}
        {/* Enter in a field creates. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
