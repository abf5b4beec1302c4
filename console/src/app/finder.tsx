import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  TextField,
} from 'react-aria-components'
import { own } from '~/data/client'
import type { ExecutionRow, MachineRow } from '~/data/types'
import { OPTION } from '~/ui/select'
import { StatusGlyph, statusOf } from '~/ui/status'

/** The dialog that finds by name. */
export default function FinderDialog({ onClose }: { onClose: () => void }) {
  return (
    <ModalOverlay
      isOpen
      onOpenChange={onClose}
      isDismissable
      className="fixed inset-0 z-50 flex justify-center bg-scrim p-4 pt-[12vh]"
    >
      <Modal className="h-fit w-full max-w-xl">
        <Dialog
          aria-label="Go to"
          className="rounded-node border border-line bg-raised p-2 shadow-xl outline-none"
        >
          <Finder onDone={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

const SCREENS = [
  { id: '/', label: 'State machines' },
  { id: '/design', label: 'New state machine' },
  { id: '/executions', label: 'Executions' },
  { id: '/approvals', label: 'Approvals' },
  { id: '/activities', label: 'Activities' },
  { id: '/import', label: 'Open a history file' },
  { id: '/system', label: 'System' },
] as const

function Finder({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const go = useNavigate()
  const machines = useQuery({
    queryKey: ['quick', 'machines', search],
    queryFn: ({ signal }) =>
      own<{ stateMachines: MachineRow[] }>('machines', { search, maxResults: 8 }, { signal }),
  })
  const executions = useQuery({
    queryKey: ['quick', 'executions', search],
    queryFn: ({ signal }) =>
      own<{ executions: ExecutionRow[] }>('executions', { search, maxResults: 8 }, { signal }),
    enabled: search.length > 1,
  })
  const screens = SCREENS.filter(screen => screen.label.toLowerCase().includes(search.toLowerCase()))
  const done = (run: () => unknown) => () => {
    void run()
    onDone()
  }
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <TextField aria-label="Name of a screen, a machine or an execution" autoFocus>
        <Input
          placeholder="Machine, execution or screen"
          className="h-9 w-full rounded-control bg-transparent px-2 text-head outline-none"
        />
      </TextField>
      <Menu
        aria-label="Places"
        className="mt-1 max-h-[50vh] overflow-auto border-line border-t pt-1 outline-none"
      >
        {machines.data?.stateMachines.map(machine => (
          <MenuItem
            key={machine.stateMachineArn}
            id={machine.stateMachineArn}
            textValue={machine.name}
            className={OPTION}
            onAction={done(() => go({ to: '/machines/$arn', params: { arn: machine.stateMachineArn } }))}
          >
            {machine.name} <span className="ml-auto text-label text-muted">machine</span>
          </MenuItem>
        ))}
        {executions.data?.executions.map(execution => (
          <MenuItem
            key={execution.executionArn}
            id={execution.executionArn}
            textValue={execution.name}
            className={OPTION}
            onAction={done(() => go({ to: '/executions/$arn', params: { arn: execution.executionArn } }))}
          >
            <StatusGlyph status={statusOf(execution.status)} /> {execution.name}
            <span className="ml-auto text-label text-muted">execution</span>
          </MenuItem>
        ))}
        {screens.map(screen => (
          <MenuItem
            key={screen.id}
            id={screen.id}
            textValue={screen.label}
            className={OPTION}
            onAction={done(() => go({ to: screen.id }))}
          >
            {screen.label} <span className="ml-auto text-label text-muted">screen</span>
          </MenuItem>
        ))}
      </Menu>
    </Autocomplete>
  )
}
