import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failure } from '~/data/failure'
import { useMachines } from '~/data/machines'
import type { MachineRow } from '~/data/types'
import { Button } from '~/ui/button'
import { DeleteMachine } from '~/ui/delete-machine'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { RunStrip } from '~/ui/run-strip'
import { SearchBox } from '~/ui/search-box'
import { type Column, Table } from '~/ui/table'
import { duration, Time } from '~/ui/time'
import { failureRate } from './figures'
import { NewMenu } from './new-menu'
import { RowMenu } from './row-menu'

const route = getRouteApi('/')
/** The server counts no further. */
const RUNNING_COUNTED = 1000

/** All state machines, and how they have been doing. */
export function MachinesScreen() {
  const { search } = route.useSearch()
  const go = useNavigate()
  const list = useMachines(search)
  const [deleting, setDeleting] = useState<MachineRow>()
  const machines = list.data?.pages.flatMap(page => page.stateMachines)
  const find = (next: string | undefined) =>
    void go({ to: '/', search: next ? { search: next } : {}, replace: true })
  return (
    <Page title="State machines" data-testid="machines" actions={<NewMenu />}>
      <div className="flex flex-col gap-3">
        <SearchBox
          label="Search state machines"
          placeholder="A part of the name"
          value={search}
          onChange={find}
        />
        {list.error instanceof Failure && (
          <FailureBox
            failure={list.error}
            onRetry={() => void list.refetch()}
            what="The list could not be read."
          />
        )}
        {list.isPending && <Loading />}
        {machines && machines.length > 0 && (
          <Table
            label="State machines"
            columns={columns(setDeleting)}
            rows={machines}
            rowKey={machine => machine.stateMachineArn}
            rowProps={machine => ({ 'data-machine-id': machine.stateMachineArn })}
          />
        )}
        {machines?.length === 0 &&
          (search ? (
            <Empty title={`No state machine has “${search}” in its name`}>
              <Button onPress={() => find(undefined)}>Show all</Button>
            </Empty>
          ) : (
            <Empty title="No state machines yet" command="stateline dev examples/">
              Draw one with “New”, create one with any AWS SDK, or let a folder of definitions be served:
            </Empty>
          ))}
        {list.hasNextPage && (
          <Button
            className="self-center"
            isDisabled={list.isFetchingNextPage}
            onPress={() => void list.fetchNextPage()}
          >
            {list.isFetchingNextPage ? 'Loading…' : 'Show more'}
          </Button>
        )}
      </div>
      {deleting && (
        <DeleteMachine
          arn={deleting.stateMachineArn}
          running={deleting.running}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </Page>
  )
}

function columns(onDelete: (machine: MachineRow) => void): Column<MachineRow>[] {
  return [
    {
      id: 'name',
      head: 'Name',
      cell: machine => (
        <div className="flex min-w-0 flex-col py-1 md:py-0">
          <Link
            to="/machines/$arn"
            params={{ arn: machine.stateMachineArn }}
            className="truncate py-0.5 font-strong text-text hover:underline max-md:py-2"
          >
            {machine.name}
          </Link>
          <span className="flex items-center gap-3 md:hidden">
            <RunStrip runs={machine.recent} name={machine.name} />
            {Failures(machine)}
          </span>
        </div>
      ),
      className: 'max-w-72',
    },
    {
      id: 'type',
      head: 'Type',
      minor: true,
      cell: ({ type }) => <span className="text-muted">{type === 'EXPRESS' ? 'Express' : 'Standard'}</span>,
    },
    {
      id: 'running',
      head: 'Running',
      align: 'end',
      cell: machine =>
        machine.running > 0 ? (
          <Link
            to="/executions"
            search={{ machine: machine.stateMachineArn, status: ['RUNNING'] }}
            className="text-running hover:underline"
          >
            {machine.running.toLocaleString('en')}
            {machine.running >= RUNNING_COUNTED && '+'}
          </Link>
        ) : (
          <span className="text-muted">0</span>
        ),
    },
    {
      id: 'recent',
      head: 'Newest runs',
      minor: true,
      cell: machine => <RunStrip runs={machine.recent} name={machine.name} />,
    },
    {
      id: 'failures',
      head: <span title="Failed or timed out, of the newest 100 that are over">Failed</span>,
      minor: true,
      align: 'end',
      cell: Failures,
    },
    {
      id: 'p50',
      head: <span title="Half of the newest that are over took no longer">p50</span>,
      minor: true,
      align: 'end',
      cell: machine => took(machine.p50Seconds),
    },
    {
      id: 'p95',
      head: <span title="95 of 100 of the newest that are over took no longer">p95</span>,
      minor: true,
      align: 'end',
      cell: machine => took(machine.p95Seconds),
    },
    {
      id: 'last',
      head: 'Last run',
      minor: true,
      align: 'end',
      cell: machine => <Time at={machine.recent[0]?.startDate} />,
    },
    {
      id: 'actions',
      head: <span className="sr-only">Actions</span>,
      align: 'end',
      cell: machine => <RowMenu machine={machine} onDelete={() => onDelete(machine)} />,
    },
  ]
}

function Failures(machine: MachineRow) {
  const rate = failureRate(machine)
  if (!rate) return <span className="text-muted">–</span>
  if (machine.failed === 0) return <span className="text-muted">{rate}</span>
  return (
    <Link
      to="/executions"
      search={{ machine: machine.stateMachineArn, status: ['FAILED', 'TIMED_OUT'] }}
      className="whitespace-nowrap text-failed hover:underline"
      title={`${machine.failed} of the newest ${machine.finished} that are over`}
    >
      {rate}
    </Link>
  )
}

function took(seconds: number | undefined) {
  if (seconds === undefined) return <span className="text-muted">–</span>
  return <span className="whitespace-nowrap">{duration(seconds * 1000)}</span>
}
