import { useQuery } from '@tanstack/react-query'
import { own } from '~/data/client'
import { currentScope } from '~/data/scope'

/** A role of the account that is chosen, or else of the server's own. */
export function useRole(): string {
  const chosen = currentScope()?.account
  const { data } = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => own<{ default: { account: string } }>('accounts', {}, { signal }),
    enabled: chosen === undefined,
  })
  const account = chosen ?? data?.default.account
  return account ? `arn:aws:iam::${account}:role/stateline` : ''
}
