import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { nameOf } from '~/data/arn'
import { Failure } from '~/data/failure'
import { useMachine } from '~/data/machines'
import { FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { Tabs } from '~/ui/tabs'
import { MachineActions } from './actions'
import { ExecutionsTab } from './executions-tab'
import { GraphTab } from './graph-tab'
import { SettingsTab } from './settings/settings-tab'
import { VersionsTab } from './versions/versions-tab'

const route = getRouteApi('/machines/$arn')

/** One state machine: its graph, its executions, its versions and its settings. */
export function MachineScreen() {
  const { arn } = route.useParams()
  const { tab = 'graph' } = route.useSearch()
  const go = useNavigate()
  const described = useMachine(arn)
  const machine = described.data
  return (
    <Page
      title={machine?.name ?? nameOf(arn)}
      data-testid="machine"
      actions={machine && <MachineActions machine={machine} />}
      fill
    >
      {described.error instanceof Failure && (
        <div className="p-4">
          <FailureBox
            failure={described.error}
            what="The state machine cannot be read."
            onRetry={() => void described.refetch()}
          />
        </div>
      )}
      {described.isPending && <Loading />}
      {machine?.status === 'DELETING' && (
        <p role="status" className="bg-caught-tint px-4 py-1.5 text-caught">
          This state machine is being deleted: it is DELETING until its executions have ended.
        </p>
      )}
      {machine && (
        <Tabs
          label="Parts of the state machine"
          className="flex-1"
          value={tab}
          onChange={id => {
            const next = TABS.find(known => known === id)
            void go({ to: '/machines/$arn', params: { arn }, search: { tab: next } })
          }}
          tabs={[
            { id: 'graph', label: 'Graph', content: <GraphTab machine={machine} /> },
            {
              id: 'executions',
              label: 'Executions',
              content: <ExecutionsTab arn={arn} type={machine.type} />,
            },
            { id: 'versions', label: 'Versions', content: <VersionsTab machine={machine} /> },
            { id: 'settings', label: 'Settings', content: <SettingsTab machine={machine} /> },
          ]}
        />
      )}
    </Page>
  )
}

const TABS = ['graph', 'executions', 'versions', 'settings'] as const
