import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type ExecutionFilter, narrowings } from '~/data/filter'
import type { MachineType } from '~/data/types'
import { Button } from '~/ui/button'
import { Filters } from '~/ui/executions/filters'
import { ExecutionPanel } from '~/ui/executions/panel'
import { Empty } from '~/ui/feedback'

const route = getRouteApi('/machines/$arn')

/** Executions of this machine, by the same list as everywhere. */
export function ExecutionsTab({ arn, type }: { arn: string; type: MachineType }) {
  const { status, search, since, until } = route.useSearch()
  const go = useNavigate()
  const filter: ExecutionFilter = {
    machine: arn,
    ...(status ? { status } : {}),
    ...(search ? { search } : {}),
    ...(since ? { from: since } : {}),
    ...(until ? { to: until } : {}),
  }
  const set = (next: ExecutionFilter) =>
    void go({
      to: '/machines/$arn',
      params: { arn },
      search: {
        tab: 'executions',
        status: next.status,
        search: next.search,
        since: next.from,
        until: next.to,
      },
      replace: true,
    })
  return (
    <div className="flex h-full min-h-0 flex-col gap-2 p-4 max-sm:p-2">
      <Filters filter={filter} onChange={set} fixedMachine />
      <ExecutionPanel
        filter={filter}
        withMachine={false}
        empty={
          narrowings({ ...filter, machine: undefined }) > 0 ? (
            <Empty title="No execution fits these filters">
              <Button onPress={() => set({})}>Show all</Button>
            </Empty>
          ) : type === 'EXPRESS' ? (
            <Empty title="No Express executions are kept" command="[express] keep = true">
              Who starts one synchronously gets its result. With this setting they are kept, as Standard ones
              are.{' '}
              <Link to="/start" search={{ machine: arn }} className="text-text underline">
                Start one and wait
              </Link>
            </Empty>
          ) : (
            <Empty title="It has not run yet" command={`stateline start ${arn} --input '{}'`}>
              Start it here, or by the command below.
            </Empty>
          )
        }
      />
    </div>
  )
}
