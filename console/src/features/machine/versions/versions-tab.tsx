import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { nameOf } from '~/data/arn'
import { Failure } from '~/data/failure'
import { useVersions } from '~/data/machines'
import type { Machine } from '~/data/types'
import { Button } from '~/ui/button'
import { Confirm } from '~/ui/dialog'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { AliasDialog } from './alias-dialog'
import { AliasTable } from './alias-table'
import { type Alias, useAliasDetails, useVersionChange } from './aliases'
import { Compare } from './compare'
import { PublishDialog } from './publish'
import { VersionTable } from './version-table'

const route = getRouteApi('/machines/$arn')

type Open =
  | { kind: 'publish' }
  | { kind: 'alias'; alias?: Alias }
  | { kind: 'delete'; what: string; operation: string; input: object }

/** Versions of a machine and aliases that lead to them; two versions can be compared. */
export function VersionsTab({ machine }: { machine: Machine }) {
  const arn = machine.stateMachineArn
  const { from, to } = route.useSearch()
  const go = useNavigate()
  const [open, setOpen] = useState<Open>()
  const versions = useVersions(arn)
  const { aliases, error } = useAliasDetails(arn)
  const failure = [versions.error, error].find(one => one instanceof Failure)
  const arns = versions.data?.map(version => version.stateMachineVersionArn) ?? []
  const close = () => setOpen(undefined)
  const compare = (next: { from?: string; to?: string }) =>
    void go({ to: '/machines/$arn', params: { arn }, search: { tab: 'versions', ...next } })
  return (
    <div className="flex flex-col gap-4 p-4">
      {failure && (
        <FailureBox
          failure={failure}
          onRetry={() => void versions.refetch()}
          what="Versions cannot be read."
        />
      )}
      {versions.isPending && <Loading />}
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto font-strong">Versions</h2>
        {arns.length > 0 && !from && (
          <Button
            onPress={() => compare({ from: nameOf(arns[0] ?? ''), to: 'latest' })}
            data-testid="compare"
          >
            Compare
          </Button>
        )}
        <Button onPress={() => setOpen({ kind: 'publish' })} data-testid="publish">
          Publish a version
        </Button>
      </div>
      {from && (
        <Compare
          machine={machine}
          versions={arns.map(nameOf)}
          from={from}
          to={to ?? 'latest'}
          onChange={compare}
        />
      )}
      {versions.data?.length === 0 && (
        <Empty
          title="No version is published"
          command={`aws stepfunctions publish-state-machine-version --state-machine-arn ${arn}`}
        >
          A version keeps the definition as it is. Aliases lead callers to versions, so that they need not
          know which one is good.
        </Empty>
      )}
      {versions.data && versions.data.length > 0 && (
        <>
          <VersionTable
            versions={versions.data}
            aliases={aliases}
            onCompare={number => compare({ from: number, to: 'latest' })}
            onDelete={version =>
              setOpen({
                kind: 'delete',
                what: `version ${nameOf(version)}`,
                operation: 'DeleteStateMachineVersion',
                input: { stateMachineVersionArn: version },
              })
            }
          />
          <div className="flex items-center gap-2">
            <h2 className="mr-auto font-strong">Aliases</h2>
            <Button onPress={() => setOpen({ kind: 'alias' })} data-testid="new-alias">
              New alias
            </Button>
          </div>
          {aliases.length === 0 && <p className="text-muted">None leads to these versions yet.</p>}
          <AliasTable
            aliases={aliases}
            onChange={alias => setOpen({ kind: 'alias', alias })}
            onDelete={alias =>
              setOpen({
                kind: 'delete',
                what: `alias ${alias.name}`,
                operation: 'DeleteStateMachineAlias',
                input: { stateMachineAliasArn: alias.stateMachineAliasArn },
              })
            }
          />
        </>
      )}
      {open?.kind === 'publish' && <PublishDialog machine={machine} onClose={close} />}
      {open?.kind === 'alias' && (
        <AliasDialog machine={arn} versions={arns} alias={open.alias} onClose={close} />
      )}
      {open?.kind === 'delete' && <Deletion machine={arn} open={open} onClose={close} />}
    </div>
  )
}

function Deletion(props: { machine: string; open: Extract<Open, { kind: 'delete' }>; onClose: () => void }) {
  const { what, operation, input } = props.open
  const change = useVersionChange(props.machine, props.onClose)
  return (
    <Confirm
      title={`Delete ${what}?`}
      open
      onClose={props.onClose}
      word="Delete"
      busy={change.isPending}
      onConfirm={() => change.mutate({ operation, input })}
    >
      <div className="flex flex-col gap-3">
        <p>Whoever starts executions by its ARN is refused from then on. What runs goes on.</p>
        {change.error && <FailureBox failure={change.error} what="It was not deleted." />}
      </div>
    </Confirm>
  )
}
