import type { ReactNode } from 'react'
import type { Execution } from '~/data/types'
import { Elapsed, Time } from '~/ui/time'
import type { Story } from './fold/story'

/** When it began, how long it took, and what it was started as. */
export function Facts({ story, execution }: { story: Story; execution: Partial<Execution> }) {
  const started = execution.startDate ?? story.started?.at
  const stopped = execution.status === 'RUNNING' ? undefined : (execution.stopDate ?? story.ended?.at)
  const redrives = Math.max(story.redrives.length, execution.redriveCount ?? 0)
  const alias = execution.stateMachineAliasArn ?? story.aliasArn
  const version = execution.stateMachineVersionArn ?? story.versionArn
  return (
    <dl
      data-testid="facts"
      className="m-0 flex shrink-0 flex-wrap gap-x-5 gap-y-0.5 border-line border-b bg-surface px-4 py-1.5 text-label"
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
      {alias && <One name="Alias">{alias.split(':').at(-1)}</One>}
      {version && <One name="Version">{version.split(':').at(-1)}</One>}
    </dl>
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
