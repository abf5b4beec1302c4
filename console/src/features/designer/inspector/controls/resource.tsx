import { useQuery } from '@tanstack/react-query'
import { join } from '~/asl/tree'
import { Select } from '~/ui/select'
import { type ServiceAction, sdkActions } from '../../api/language'
import { useCatalogue } from '../../palette/use-items'
import { useForm } from '../form/scope'
import { type Integration, integrationOf } from '../resource'
import { own } from '../values'
import { TextControl } from './text'
import type { ControlProps } from './types'

const PATTERNS: Record<string, string> = {
  '': 'does not wait',
  sync: 'waits for the result (.sync)',
  'sync:2': 'waits for the result as JSON (.sync:2)',
  waitForTaskToken: 'waits for a token',
}

/** What a Task calls: as text, and for integrations as a choice of service, action and pattern. */
export function ResourceControl(props: ControlProps) {
  const { change } = useForm()
  const value = own(props.holder, 'Resource')
  const found = typeof value === 'string' ? integrationOf(value) : undefined
  const put = (resource: string) => {
    if (resource !== value) change([{ at: join(props.at, 'Resource'), value: resource }])
  }
  return (
    <>
      <TextControl {...props} field={{ ...props.field, control: 'line' }} />
      <Pickers found={found} onPick={put} />
    </>
  )
}

function Pickers({ found, onPick }: { found: Integration | undefined; onPick: (resource: string) => void }) {
  const catalogue = useCatalogue()
  const sdk = useActions(found?.sdk ? found.service : undefined)
  if (!catalogue) return null
  const service = catalogue.services.find(one => one.id === found?.service && !found.sdk)
  const actions: ServiceAction[] = service?.actions ?? sdk ?? []
  const action = actions.find(one => one.action === found?.action)
  const patterns = ['', ...(action?.patterns ?? (found?.sdk ? ['waitForTaskToken'] : []))]
  if (found && !patterns.includes(found.pattern)) patterns.push(found.pattern)
  const services = [
    ...catalogue.services.map(one => ({ id: one.id, label: one.title })),
    ...catalogue.sdk.map(one => ({ id: `sdk ${one.id}`, label: `${one.title} (SDK)` })),
  ]
  const pickService = async (id: string) => {
    const name = id.startsWith('sdk ') ? id.slice(4) : undefined
    const first = name
      ? (await sdkActions(name).catch(() => []))[0]
      : catalogue.services.find(one => one.id === id)?.actions[0]
    if (first) onPick(first.resource)
  }
  const key = found ? (found.sdk ? `sdk ${found.service}` : found.service) : ''
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label="Service"
        value={key}
        choices={found ? services : [{ id: '', label: 'Choose…' }, ...services]}
        onChange={id => {
          if (id !== key && id !== '') void pickService(id)
        }}
        data-testid="resource-service"
      />
      {found && actions.length > 0 && (
        <Select
          label="Action"
          value={found.action}
          choices={actions.map(one => ({ id: one.action, label: one.title ?? one.action }))}
          onChange={id => {
            const next = actions.find(one => one.action === id)
            if (next && id !== found.action) onPick(next.resource)
          }}
          data-testid="resource-action"
        />
      )}
      {found && action && patterns.length > 1 && (
        <Select
          label="Pattern"
          className="col-span-2"
          value={found.pattern}
          choices={patterns.map(one => ({ id: one, label: PATTERNS[one] ?? one }))}
          onChange={id => onPick(id === '' ? action.resource : `${action.resource}.${id}`)}
          data-testid="resource-pattern"
        />
      )}
    </div>
  )
}

function useActions(service: string | undefined): ServiceAction[] | undefined {
  return useQuery({
    queryKey: ['palette', service],
    queryFn: ({ signal }) => sdkActions(service ?? '', signal),
    enabled: service !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}
