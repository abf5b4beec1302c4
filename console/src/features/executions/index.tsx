import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type ExecutionFilter, narrowings } from '~/data/filter'
import { Button } from '~/ui/button'
import { Filters } from '~/ui/executions/filters'
import { ExecutionPanel } from '~/ui/executions/panel'
import { Empty } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { SavedViews } from './saved'

const route = getRouteApi('/executions')

/** Executions of all machines. */
export function ExecutionsScreen() {
  const filter: ExecutionFilter = route.useSearch()
  const go = useNavigate()
  const set = (next: ExecutionFilter) => void go({ to: '/executions', search: next, replace: true })
  return (
    <Page
      title="Executions"
      data-testid="executions"
      actions={
        <>
          <SavedViews filter={filter} onOpen={set} />
          <Link to="/import" className="contents">
            <Button excludeFromTabOrder>Open a history file</Button>
          </Link>
        </>
      }
      fill
    >
      <div className="flex min-h-0 flex-1 flex-col gap-2 p-4 max-sm:p-2">
        <Filters filter={filter} onChange={set} />
        <ExecutionPanel
          filter={filter}
          withMachine
          empty={
            narrowings(filter) > 0 ? (
              <Empty title="No execution fits these filters">
                <Button onPress={() => set({})}>Show all</Button>
              </Empty>
            ) : (
              <Empty title="Nothing has run yet" command="stateline start NAME --input '{}'">
                Start a state machine from its page, or by the command below.
              </Empty>
            )
          }
        />
      </div>
    </Page>
  )
}
