import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { machineNameOf } from '~/data/arn'
import type { Execution } from '~/data/types'
import { Copy } from '~/ui/copy'
import { Elapsed, Time } from '~/ui/time'
import type { Story } from './fold/story'
import { parentOf } from './side/children'

/** When it began, how long it took, and what it was started as. */
export function Facts({
  story,
  execution,
  arn,
}: {
  story: Story
  execution: Partial<Execution>
  arn: string
}) {
  const started = execution.startDate ?? story.started?.at
  const stopped = execution.status === 'RUNNING' ? undefined : (execution.stopDate ?? story.ended?.at)
  const redrives = Math.max(story.redrives.length, execution.redriveCount ?? 0)
  const alias = execution.stateMachineAliasArn ?? story.aliasArn
  const version = execution.stateMachineVersionArn ?? story.versionArn
  const parent = parentOf(story.input)
  return (
    <div className="flex shrink-0 items-center justify-between gap-4 border-line border-b bg-surface px-4 py-1.5 text-label">
      <dl
        data-testid="facts"
        className="m-0 flex shrink-0 flex-wrap items-center gap-x-5 gap-y-0.5 max-sm:shrink"
      >
        {started !== undefined && (
          <>
            <One name="Started">
              <Time at={started} />
            </One>
            <One name="Took">
              <Elapsed from={started} to={stopped} />
            </One>
          </>
        )}
        <One name="Events">{story.count}</One>
        {redrives > 0 && <One name="Redrives">{redrives}</One>}
        {execution.mapRunArn && (
          <One name="Item of">
            <Link
              className="underline"
              to="/mapruns/$arn"
              params={{ arn: execution.mapRunArn }}
              data-testid="parent-maprun"
            >
              a Map Run
            </Link>
          </One>
        )}
        {parent && (
          <One name="Started by">
            <Link
              className="underline"
              to="/executions/$arn"
              params={{ arn: parent }}
              data-testid="parent-link"
            >
              {machineNameOf(parent)}
            </Link>
          </One>
        )}
        {alias && <One name="Alias">{alias.split(':').at(-1)}</One>}
        {version && <One name="Version">{version.split(':').at(-1)}</One>}
      </dl>
      <div className="flex shrink min-w-0 items-center gap-1 text-muted max-lg:hidden">
        <span className="truncate font-mono text-[11px]">{arn}</span>
        <Copy text={arn} label="Copy the ARN" />
      </div>
    </div>
  )
}

function One({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className="m-0">{children}</dd>
    </div>
  )
}
