import { Pencil, Trash2 } from 'lucide-react'
import { nameOf } from '~/data/arn'
import { IconButton } from '~/ui/button'
import { Table } from '~/ui/table'
import { Time } from '~/ui/time'
import type { Alias } from './aliases'

export function AliasTable({
  aliases,
  onChange,
  onDelete,
}: {
  aliases: Alias[]
  onChange: (alias: Alias) => void
  onDelete: (alias: Alias) => void
}) {
  if (aliases.length === 0) return null
  return (
    <Table
      label="Aliases"
      rows={aliases}
      rowKey={alias => alias.stateMachineAliasArn}
      rowProps={alias => ({ 'data-alias': alias.name })}
      columns={[
        { id: 'name', head: 'Alias', cell: alias => <span className="font-strong">{alias.name}</span> },
        {
          id: 'routes',
          head: 'Leads to',
          cell: alias =>
            alias.routingConfiguration
              .map(route => `version ${nameOf(route.stateMachineVersionArn)}: ${route.weight} %`)
              .join(', '),
        },
        {
          id: 'description',
          head: 'Description',
          minor: true,
          cell: alias => <span className="text-muted">{alias.description}</span>,
        },
        {
          id: 'updated',
          head: 'Changed',
          minor: true,
          cell: alias => <Time at={alias.updateDate ?? alias.creationDate} />,
        },
        {
          id: 'actions',
          head: <span className="sr-only">Actions</span>,
          align: 'end',
          cell: alias => (
            <span className="inline-flex">
              <IconButton small label={`Change ${alias.name}`} onPress={() => onChange(alias)}>
                <Pencil size={14} aria-hidden="true" />
              </IconButton>
              <IconButton small label={`Delete ${alias.name}`} onPress={() => onDelete(alias)}>
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            </span>
          ),
        },
      ]}
    />
  )
}
