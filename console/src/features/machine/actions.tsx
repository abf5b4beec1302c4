import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Pencil, Play } from 'lucide-react'
import { useState } from 'react'
import { cliLine } from '~/data/cli'
import { pretty } from '~/data/pretty'
import type { Machine } from '~/data/types'
import { Button, IconButton } from '~/ui/button'
import { copyText } from '~/ui/copy'
import { DeleteMachine } from '~/ui/delete-machine'
import { fileName, saveFile } from '~/ui/download'
import { notify } from '~/ui/feedback'
import { Menu } from '~/ui/menu'

/** Start, edit, and what else can be done with a machine. */
export function MachineActions({ machine }: { machine: Machine }) {
  const go = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const arn = machine.stateMachineArn
  const copy = async (text: string, what: string) => {
    if (await copyText(text)) notify(`${what} is copied.`)
    else notify('The browser did not let the console copy.', 'bad')
  }
  const line = cliLine('start-execution', { 'state-machine-arn': arn, input: '{}' })
  return (
    <>
      <Button
        tone="ink"
        isDisabled={machine.status === 'DELETING'}
        onPress={() => void go({ to: '/start', search: { machine: arn } })}
        data-testid="start-machine"
      >
        <Play size={14} aria-hidden="true" /> Start
      </Button>
      <Button onPress={() => void go({ to: '/design', search: { arn } })} data-testid="edit-machine">
        <Pencil size={14} aria-hidden="true" /> Edit
      </Button>
      <Menu
        label="More"
        actions={[
          {
            id: 'export',
            label: 'Export the definition',
            run: () =>
              saveFile(
                fileName(machine.name, 'asl.json'),
                new Blob([pretty(machine.definition)], { type: 'application/json' }),
              ),
          },
          { id: 'copy-arn', label: 'Copy the ARN', run: () => void copy(arn, 'The ARN') },
          {
            id: 'copy-cli',
            label: 'Copy as a command',
            run: () => void copy(line, 'The command that starts it'),
          },
          { id: 'delete', label: 'Delete…', danger: true, run: () => setDeleting(true) },
        ]}
      >
        <IconButton label="More" tone="plain" data-testid="machine-menu">
          <Ellipsis size={16} aria-hidden="true" />
        </IconButton>
      </Menu>
      {deleting && (
        <DeleteMachine arn={arn} onClose={() => setDeleting(false)} onDeleted={() => void go({ to: '/' })} />
      )}
    </>
  )
}
