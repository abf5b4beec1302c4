import { useQuery } from '@tanstack/react-query'
import { own } from '~/data/client'
import { useCatalogue } from '../palette/use-items'
import { integrationOf } from './resource'

/** One thing that an action is told. */
export interface Parameter {
  name: string
  required: boolean
  type: string
  documentation?: string
}

/** What an action is told, as far as the server knows; undefined when it does not. */
export function useParameters(resource: string | undefined): Parameter[] | undefined {
  const known = useIsKnown(resource)
  return useQuery({
    queryKey: ['palette', 'parameters', resource],
    queryFn: ({ signal }) =>
      own<{ parameters: Parameter[] }>('language/palette', { resource }, { signal }).then(
        answer => answer.parameters,
      ),
    enabled: known,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}

/** Whether the server's list has the action of a resource. */
function useIsKnown(resource: string | undefined): boolean {
  const catalogue = useCatalogue()
  const found = integrationOf(resource ?? '')
  if (!catalogue || !found) return false
  if (found.sdk) return catalogue.sdk.some(service => service.id === found.service)
  const service = catalogue.services.find(one => one.id === found.service)
  return service?.actions.some(one => one.action === found.action) ?? false
}
