import { usePlace } from '~/data/place'

/** A role of the account that is chosen, or else of the server's own; '' until that is known. */
export function useRole(): string {
  const account = usePlace()?.account
  return account ? `arn:aws:iam::${account}:role/stateline` : ''
}
