import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { machineArnOf, nameOf, qualifierOf } from '~/data/arn'
import { aws } from '~/data/client'
import { Failure } from '~/data/failure'
import { useMachine } from '~/data/machines'
import { pretty } from '~/data/pretty'
import type { Execution } from '~/data/types'
import { MachineChip } from '~/ui/executions/machine-chip'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { StartForm } from './form'
import { readDraft, type StartDraft } from './kept'

const route = getRouteApi('/start')

/** Starts an execution of a machine, from nothing or as another one was started. */
export function StartScreen() {
  const search = route.useSearch()
  const go = useNavigate()
  const model = useQuery({
    queryKey: ['execution-input', search.execution],
    queryFn: ({ signal }) =>
      aws<Execution>('DescribeExecution', { executionArn: search.execution }, { signal }),
    enabled: search.execution !== undefined,
  })
  const named = search.machine ?? model.data?.stateMachineArn
  const machine = named && machineArnOf(named)
  const described = useMachine(machine)
  const failure = [model.error, described.error].find(error => error instanceof Failure)
  const waiting = (search.execution !== undefined && model.isPending) || (machine && described.isPending)
  return (
    <Page
      title={machine ? `Start ${nameOf(machine)}` : 'Start an execution'}
      data-testid="start"
      actions={
        <MachineChip
          machine={undefined}
          any={machine ? 'Another machine' : 'Choose a machine'}
          onChange={arn => void go({ to: '/start', search: arn ? { machine: arn } : {} })}
        />
      }
    >
      {failure && (
        <FailureBox
          failure={failure}
          what={model.error ? 'The execution to repeat cannot be read.' : 'The machine cannot be read.'}
          onRetry={() => void (model.error ? model.refetch() : described.refetch())}
        />
      )}
      {!machine && !waiting && !failure && (
        <Empty title="Which machine?" command="stateline start NAME --input '{}'">
          Choose one at the top right. In a terminal:
        </Empty>
      )}
      {waiting && !failure && <Loading />}
      {machine && described.data && !waiting && (
        <StartForm
          key={`${named} ${search.execution ?? ''}`}
          machine={machine}
          type={described.data.type}
          same={model.data}
          first={
            model.data
              ? {
                  input: pretty(model.data.input ?? '{}'),
                  name: '',
                  qualifier: model.data.stateMachineAliasArn ?? model.data.stateMachineVersionArn ?? '',
                }
              : withQualifier(readDraft(machine), named)
          }
        />
      )}
    </Page>
  )
}

/** What was typed before; a version or an alias in the link comes first. */
function withQualifier(draft: StartDraft | undefined, arn: string | undefined): StartDraft {
  const first = draft ?? { input: '{}', name: '', qualifier: '' }
  return arn && qualifierOf(arn) ? { ...first, qualifier: arn } : first
}
