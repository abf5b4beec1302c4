import { useNavigate } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import type { MachineRow } from '~/data/types'
import { IconButton } from '~/ui/button'
import { Menu } from '~/ui/menu'

/** What can be done with one machine. */
export function RowMenu({ machine, onDelete }: { machine: MachineRow; onDelete: () => void }) {
  const go = useNavigate()
  const arn = machine.stateMachineArn
  return (
    <Menu
      label={`Actions for ${machine.name}`}
      actions={[
        { id: 'start', label: 'Start…', run: () => void go({ to: '/start', search: { machine: arn } }) },
        { id: 'open', label: 'Open', run: () => void go({ to: '/machines/$arn', params: { arn } }) },
        { id: 'edit', label: 'Edit', run: () => void go({ to: '/design', search: { arn } }) },
        {
          id: 'runs',
          label: 'Executions',
          run: () => void go({ to: '/executions', search: { machine: arn } }),
        },
        { id: 'delete', label: 'Delete…', danger: true, run: onDelete },
      ]}
    >
      <IconButton small label={`Actions for ${machine.name}`} data-testid="row-menu">
        <Ellipsis size={16} aria-hidden="true" />
      </IconButton>
    </Menu>
  )
}
