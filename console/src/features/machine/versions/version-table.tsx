import { useNavigate } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { nameOf } from '~/data/arn'
import { useMachine } from '~/data/machines'
import { Button, IconButton } from '~/ui/button'
import { Menu } from '~/ui/menu'
import { Table } from '~/ui/table'
import { Time } from '~/ui/time'
import type { Alias } from './aliases'

interface Version {
  stateMachineVersionArn: string
  creationDate: number
}

/** Rows at first, and more at a time. */
const STEP = 20

export function VersionTable({
  versions,
  aliases,
  onCompare,
  onDelete,
}: {
  versions: Version[]
  aliases: Alias[]
  onCompare: (number: string) => void
  onDelete: (arn: string) => void
}) {
  const [shown, setShown] = useState(STEP)
  const leading = (arn: string) =>
    aliases.flatMap(alias =>
      alias.routingConfiguration
        .filter(route => route.stateMachineVersionArn === arn)
        .map(route => `${alias.name}${route.weight === 100 ? '' : ` ${route.weight} %`}`),
    )
  return (
    <>
      <Table
        label="Versions"
        rows={versions.slice(0, shown)}
        rowKey={version => version.stateMachineVersionArn}
        rowProps={version => ({ 'data-version': nameOf(version.stateMachineVersionArn) })}
        columns={[
          {
            id: 'version',
            head: 'Version',
            cell: version => <span className="font-strong">{nameOf(version.stateMachineVersionArn)}</span>,
          },
          {
            id: 'description',
            head: 'Description',
            cell: version => <Description arn={version.stateMachineVersionArn} />,
            className: 'w-1/2',
          },
          {
            id: 'aliases',
            head: 'Aliases',
            cell: version =>
              leading(version.stateMachineVersionArn).join(', ') || <span className="text-muted">–</span>,
          },
          {
            id: 'created',
            head: 'Published',
            minor: true,
            cell: version => <Time at={version.creationDate} />,
          },
          {
            id: 'actions',
            head: <span className="sr-only">Actions</span>,
            align: 'end',
            cell: version => (
              <Actions
                arn={version.stateMachineVersionArn}
                onCompare={() => onCompare(nameOf(version.stateMachineVersionArn))}
                onDelete={() => onDelete(version.stateMachineVersionArn)}
              />
            ),
          },
        ]}
      />
      {versions.length > shown && (
        <Button className="self-center" onPress={() => setShown(shown + STEP)}>
          Show more
        </Button>
      )}
    </>
  )
}

function Description({ arn }: { arn: string }) {
  const { data } = useMachine(arn)
  return <span className="break-words text-muted">{data?.description ?? ''}</span>
}

function Actions(props: { arn: string; onCompare: () => void; onDelete: () => void }) {
  const go = useNavigate()
  const name = `Actions for version ${nameOf(props.arn)}`
  return (
    <Menu
      label={name}
      actions={[
        { id: 'compare', label: 'Compare with now', run: props.onCompare },
        {
          id: 'start',
          label: 'Start…',
          run: () => void go({ to: '/start', search: { machine: props.arn } }),
        },
        { id: 'delete', label: 'Delete…', danger: true, run: props.onDelete },
      ]}
    >
      <IconButton small label={name}>
        <Ellipsis size={16} aria-hidden="true" />
      </IconButton>
    </Menu>
  )
}
