import { useQuery } from '@tanstack/react-query'
import { own } from './client'
import { type ScopeChoice, useScope } from './scope'

/** The account and the region that are looked at: those chosen, or else the server's own; undefined
 * until it has said which. */
export function usePlace(): ScopeChoice | undefined {
  const chosen = useScope()
  const { data } = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => own<{ default: ScopeChoice }>('accounts', {}, { signal }),
    enabled: chosen === undefined,
  })
  return chosen ?? data?.default
}
