import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Menu as MenuIcon } from 'lucide-react'
import { own } from '~/data/client'
import type { OpenTask } from '~/data/types'
import { IconButton } from '~/ui/button'
import { Menu } from '~/ui/menu'
import { Apart } from './apart'

const PLACES = [
  { to: '/', label: 'State machines' },
  { to: '/executions', label: 'Executions' },
  { to: '/approvals', label: 'Approvals' },
  { to: '/activities', label: 'Activities' },
  { to: '/system', label: 'System' },
] as const

export function Navigation() {
  return (
    <nav aria-label="Main" className="flex items-center gap-1 max-md:hidden">
      {PLACES.map(place => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: place.to === '/', includeSearch: false }}
          className="flex items-center gap-1.5 rounded-control px-2 py-1 text-muted no-underline hover:bg-hover hover:text-text data-[status=active]:font-strong data-[status=active]:text-text"
        >
          {place.label}
          {place.to === '/approvals' && (
            <Apart>
              <Waiting />
            </Apart>
          )}
        </Link>
      ))}
    </nav>
  )
}

/** How many tasks wait for somebody with a token. */
function Waiting() {
  const { data } = useQuery({
    queryKey: ['live', 'waiting'],
    queryFn: ({ signal }) =>
      own<{ tasks: OpenTask[]; nextToken?: string }>('tasks', { maxResults: 100 }, { signal }),
    refetchInterval: 15_000,
  })
  const count = data?.tasks.filter(task => task.waitsFor === 'TOKEN').length ?? 0
  if (count === 0) return null
  return (
    <span
      className="rounded-full bg-waiting-tint px-1.5 text-label font-strong text-waiting"
      title={`${count} waiting`}
    >
      {count}
      {data?.nextToken ? '+' : ''}
    </span>
  )
}

export function NarrowNavigation() {
  const go = useNavigate()
  return (
    <div className="md:hidden">
      <Menu
        label="Main"
        actions={PLACES.map(place => ({
          id: place.to,
          label: place.label,
          run: () => void go({ to: place.to }),
        }))}
      >
        <IconButton label="Navigation">
          <MenuIcon size={18} aria-hidden="true" />
        </IconButton>
      </Menu>
    </div>
  )
}
