import { ChevronDown, Workflow, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import {
  Menu as AriaMenu,
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  MenuItem,
  Popover,
  TextField,
} from 'react-aria-components'
import { nameOf } from '~/data/arn'
import { useMachines } from '~/data/machines'
import { Button, IconButton } from '../button'
import { OPTION, POPOVER } from '../select'

/** Which machine; any when none is chosen. Found by a part of its name. */
export function MachineChip({
  machine,
  onChange,
  any = 'Any machine',
}: {
  machine: string | undefined
  onChange: (arn: string | undefined) => void
  any?: string
}) {
  return (
    <span className="inline-flex min-w-0 items-center">
      <DialogTrigger>
        <Button data-testid="machine-chip" className="max-w-64">
          <Workflow size={14} aria-hidden="true" />
          <span className="truncate">{machine ? nameOf(machine) : any}</span>
          <ChevronDown size={14} aria-hidden="true" className="text-muted" />
        </Button>
        <Popover className={`${POPOVER} w-72`} placement="bottom start">
          <Dialog aria-label="Machine" className="p-1 outline-none">
            {({ close }) => (
              <Choices
                onChoose={arn => {
                  onChange(arn)
                  close()
                }}
              />
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {machine && (
        <IconButton small label={`${any} again`} onPress={() => onChange(undefined)}>
          <X size={14} aria-hidden="true" />
        </IconButton>
      )}
    </span>
  )
}

function Choices({ onChoose }: { onChoose: (arn: string) => void }) {
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const { data, isPending, error } = useMachines(search, 20)
  const machines = data?.pages.flatMap(page => page.stateMachines) ?? []
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <TextField aria-label="Name of a machine" autoFocus>
        <Input
          placeholder="Name of a machine"
          className="h-8 w-full rounded-control bg-transparent px-2 outline-none"
        />
      </TextField>
      <AriaMenu
        aria-label="Machines"
        className="max-h-72 overflow-auto border-line border-t pt-1 outline-none"
        renderEmptyState={() => (
          <p className="p-2 text-muted">
            {isPending ? 'Loading…' : error ? error.message : 'No machine has that in its name.'}
          </p>
        )}
      >
        {machines.map(machine => (
          <MenuItem
            key={machine.stateMachineArn}
            id={machine.stateMachineArn}
            textValue={machine.name}
            className={OPTION}
            onAction={() => onChoose(machine.stateMachineArn)}
          >
            <span className="truncate">{machine.name}</span>
            {machine.type === 'EXPRESS' && <span className="ml-auto text-label text-muted">Express</span>}
          </MenuItem>
        ))}
      </AriaMenu>
    </Autocomplete>
  )
}
