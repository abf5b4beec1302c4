import type { ReactNode } from 'react'
import type { Machine } from '~/data/types'
import { Copy } from '~/ui/copy'
import { Json } from '~/ui/json'
import { Time } from '~/ui/time'
import { Tags } from './tags'

/** What a machine is besides its definition. */
export function SettingsTab({ machine }: { machine: Machine }) {
  return (
    <div className="grid max-w-[1200px] items-start gap-6 p-4 lg:grid-cols-2">
      <section aria-label="Facts" className="flex min-w-0 flex-col gap-2">
        <h2 className="font-strong">Settings</h2>
        <dl className="rounded-control border border-line bg-surface">
          <Fact name="ARN">
            <span className="flex items-start gap-1">
              <code className="min-w-0 break-all font-mono text-code">{machine.stateMachineArn}</code>
              <Copy text={machine.stateMachineArn} label="Copy the ARN" />
            </span>
          </Fact>
          <Fact name="Type">{machine.type === 'EXPRESS' ? 'Express' : 'Standard'}</Fact>
          <Fact name="Status">{machine.status}</Fact>
          <Fact name="Created">
            <Time at={machine.creationDate} exact />
          </Fact>
          <Fact name="Revision">
            <code className="break-all font-mono text-code">{machine.revisionId ?? 'the first'}</code>
          </Fact>
          <Fact name="Role">
            <code className="break-all font-mono text-code">{machine.roleArn}</code>
          </Fact>
          <Fact name="Tracing">{machine.tracingConfiguration?.enabled ? 'on' : 'off'}</Fact>
          <Fact name="Who may call it">
            <span className="text-muted">
              No identities are configured on this server: whoever reaches it may call every machine.
            </span>
          </Fact>
        </dl>
      </section>
      <div className="flex min-w-0 flex-col gap-6">
        <Tags arn={machine.stateMachineArn} />
        <section className="flex flex-col gap-2">
          <h2 className="font-strong">Logging</h2>
          <Json
            label="logging"
            text={JSON.stringify(machine.loggingConfiguration ?? {})}
            className="bg-surface"
          />
        </section>
        <section className="flex flex-col gap-2">
          <h2 className="font-strong">Encryption</h2>
          <Json
            label="encryption"
            text={JSON.stringify(machine.encryptionConfiguration ?? {})}
            className="bg-surface"
          />
        </section>
      </div>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[112px_minmax(0,1fr)] gap-3 border-line border-b px-3 py-2 last:border-b-0">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
