import { Empty } from '~/ui/feedback'
import { type Column, Table } from '~/ui/table'
import type { System } from './samples'

type Worker = NonNullable<System['workers']>[number]
type Lambda = NonNullable<System['functions']>[number]

const WORKERS: Column<Worker>[] = [
  { id: 'worker', head: 'Worker', cell: worker => worker.worker },
  { id: 'mailbox', head: 'Mailbox', align: 'end', cell: worker => worker.mailbox.toLocaleString('en') },
  {
    id: 'open',
    head: 'Open executions',
    align: 'end',
    cell: worker => worker.openExecutions.toLocaleString('en'),
  },
  {
    id: 'memory',
    head: 'In memory',
    align: 'end',
    cell: worker => worker.inMemory?.toLocaleString('en') ?? '–',
  },
]

export function Workers({ workers }: { workers: Worker[] }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h2 className="font-strong">Workers</h2>
      <Table label="Workers" columns={WORKERS} rows={workers} rowKey={worker => String(worker.worker)} />
    </div>
  )
}

const FUNCTIONS: Column<Lambda>[] = [
  { id: 'name', head: 'Function', cell: one => <span className="font-mono text-code">{one.name}</span> },
  { id: 'runtime', head: 'Runtime', cell: one => one.runtime },
  { id: 'state', head: 'State', cell: one => one.state ?? <span className="text-muted">–</span> },
]

export function Functions({ functions }: { functions: Lambda[] }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h2 className="font-strong">Functions</h2>
      {functions.length > 0 ? (
        <Table label="Functions" columns={FUNCTIONS} rows={functions} rowKey={one => one.name} />
      ) : (
        <Empty title="This server runs no functions" command="[functions.NAME] in stateline.toml">
          A section of the settings makes a folder of code a Lambda function.
        </Empty>
      )}
    </div>
  )
}
