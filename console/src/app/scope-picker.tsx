import { useQuery, useQueryClient } from '@tanstack/react-query'
import { own } from '~/data/client'
import { chooseScope, useScope } from '~/data/scope'
import { Button } from '~/ui/button'
import { Menu } from '~/ui/menu'

interface Accounts {
  accounts: { account: string; region: string; stateMachines: number }[]
  default: { account: string; region: string }
}

/** In which account and region the console looks. */
export function ScopePicker() {
  const queries = useQueryClient()
  const chosen = useScope()
  const { data } = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => own<Accounts>('accounts', {}, { signal }),
  })
  const now = chosen ?? data?.default
  if (!data || !now) return null
  const all = [...data.accounts]
  for (const known of [data.default, now]) {
    if (!all.some(one => one.account === known.account && one.region === known.region))
      all.push({ ...known, stateMachines: 0 })
  }
  const actions = all.map(({ account, region, stateMachines }) => ({
    id: `${account}/${region}`,
    label: `${account === now.account && region === now.region ? '✓ ' : ''}${account} · ${region} (${stateMachines})`,
    run: () => {
      const own = account === data.default.account && region === data.default.region
      chooseScope(own ? undefined : { account, region })
      void queries.resetQueries()
    },
  }))
  return (
    <div className="max-sm:hidden">
      <Menu label="Account and region" actions={actions}>
        <Button
          tone="quiet"
          className="font-mono text-code"
          aria-label={`Account ${now.account}, region ${now.region}`}
          data-testid="scope"
        >
          {now.account === data.default.account ? now.region : `${now.account} · ${now.region}`}
        </Button>
      </Menu>
    </div>
  )
}
