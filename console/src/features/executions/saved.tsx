import { Bookmark } from 'lucide-react'
import { useState } from 'react'
import { type ExecutionFilter, narrowings } from '~/data/filter'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { notify } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { Menu } from '~/ui/menu'
import { keepViews, readViews, type View, withView } from './views'

const PRESETS: View[] = [
  { name: 'Running now', filter: { status: ['RUNNING'] } },
  { name: 'Failed in the last 24 hours', filter: { status: ['FAILED', 'TIMED_OUT'], from: '24h' } },
]

/** Views: two that everybody has, and those that were saved here. */
export function SavedViews({
  filter,
  onOpen,
}: {
  filter: ExecutionFilter
  onOpen: (filter: ExecutionFilter) => void
}) {
  const [views, setViews] = useState(readViews)
  const [naming, setNaming] = useState(false)
  const shown = JSON.stringify(filter)
  const open = views.find(view => JSON.stringify(view.filter) === shown)
  const keep = (next: View[]) => {
    setViews(next)
    if (!keepViews(next))
      notify('This browser keeps nothing: the view is there until the page is left.', 'bad')
  }
  const actions = [
    ...[...PRESETS, ...views].map(view => ({
      id: `view-${view.name}`,
      label: view.name,
      run: () => onOpen(view.filter),
    })),
    {
      id: 'save-view',
      label: 'Save this view…',
      disabled: narrowings(filter) === 0,
      run: () => setNaming(true),
    },
    ...(open
      ? [
          {
            id: 'remove-view',
            label: `Remove “${open.name}”`,
            danger: true,
            run: () => keep(views.filter(view => view !== open)),
          },
        ]
      : []),
  ]
  return (
    <>
      <Menu label="Views" actions={actions}>
        <Button data-testid="views">
          <Bookmark size={14} aria-hidden="true" /> {open?.name ?? 'Views'}
        </Button>
      </Menu>
      {naming && (
        <NameDialog
          onClose={() => setNaming(false)}
          onName={name => keep(withView(views, { name, filter }))}
        />
      )}
    </>
  )
}

function NameDialog({ onName, onClose }: { onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState('')
  const done = () => {
    if (!name.trim()) return
    onName(name.trim())
    onClose()
  }
  return (
    <Dialog
      title="Save this view"
      open
      onClose={onClose}
      data-testid="name-view"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="ink" isDisabled={!name.trim()} onPress={done}>
            Save
          </Button>
        </>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          done()
        }}
      >
        <Field
          label="Name"
          value={name}
          onChange={setName}
          maxLength={60}
          autoFocus
          help="It is kept in this browser. To share it, share the address of the page."
        />
      </form>
    </Dialog>
  )
}
