import { useQuery } from '@tanstack/react-query'
import { own } from '~/data/client'

/** One thing that an action is told. */
export interface Parameter {
  name: string
  required: boolean
  type: string
  documentation?: string
}

/** What an action is told, as far as the server knows; undefined when it does not. */
export function useParameters(resource: string | undefined): Parameter[] | undefined {
  const known = resource !== undefined && /^arn:[\w-]+:states:/.test(resource)
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
