import { useState } from 'react'
import { nameOf } from '~/data/arn'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { Select } from '~/ui/select'
import { type Alias, type Route, useVersionChange, weights } from './aliases'

/** Makes an alias, or changes where one leads. */
export function AliasDialog({
  machine,
  versions,
  alias,
  onClose,
}: {
  machine: string
  versions: string[]
  alias?: Alias
  onClose: () => void
}) {
  const routes = alias?.routingConfiguration ?? []
  const [name, setName] = useState(alias?.name ?? '')
  const [description, setDescription] = useState(alias?.description ?? '')
  const [first, setFirst] = useState(routes[0]?.stateMachineVersionArn ?? versions[0] ?? '')
  const [second, setSecond] = useState(routes[1]?.stateMachineVersionArn ?? '')
  const [weight, setWeight] = useState(String(routes[0]?.weight ?? 100))
  const change = useVersionChange(machine, onClose)
  const split = second ? weights(weight) : ([100, 0] as const)
  const choices = versions.map(id => ({ id, label: `Version ${nameOf(id)}` }))
  const save = () => {
    if (!split) return
    const routingConfiguration: Route[] = [
      { stateMachineVersionArn: first, weight: split[0] },
      ...(second ? [{ stateMachineVersionArn: second, weight: split[1] }] : []),
    ]
    if (alias) {
      const { stateMachineAliasArn } = alias
      change.mutate({
        operation: 'UpdateStateMachineAlias',
        input: { stateMachineAliasArn, description, routingConfiguration },
      })
    } else {
      change.mutate({
        operation: 'CreateStateMachineAlias',
        input: { name: name.trim(), description: description || undefined, routingConfiguration },
      })
    }
  }
  return (
    <Dialog
      title={alias ? `Change ${alias.name}` : 'New alias'}
      open
      onClose={onClose}
      data-testid="alias-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={!name.trim() || !split || !first || change.isPending}
            onPress={save}
            data-testid="alias-save"
          >
            {alias ? 'Change' : 'Create'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {!alias && (
          <Field
            label="Name"
            value={name}
            onChange={setName}
            maxLength={80}
            autoFocus
            help="Such as live. Letters, digits, and - . _; not digits only."
            data-testid="alias-name"
          />
        )}
        <Field label="Description (optional)" value={description} onChange={setDescription} maxLength={256} />
        <div className="grid gap-3 sm:grid-cols-[1fr_120px]">
          <Select label="Leads to" choices={choices} value={first} onChange={setFirst} />
          {second && (
            <Field
              label="Percent"
              value={weight}
              onChange={setWeight}
              inputMode="numeric"
              error={split ? undefined : 'From 0 to 100.'}
            />
          )}
        </div>
        <Select
          label="And to"
          choices={[{ id: '', label: 'Nothing else' }, ...choices.filter(choice => choice.id !== first)]}
          value={second === first ? '' : second}
          onChange={setSecond}
          help={
            second && split ? `The other ${split[1]} %.` : 'A second version takes a share of the starts.'
          }
        />
        {change.error && <FailureBox failure={change.error} what="It was not saved." />}
      </div>
    </Dialog>
  )
}
