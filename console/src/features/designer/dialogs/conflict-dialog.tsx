import type { ReactNode } from 'react'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Comparison, type Side } from '../compare/comparison'

interface Way {
  id: string
  label: string
  run: () => void
  tone?: 'ink' | 'danger' | 'plain'
}

/** Two texts of the same thing: what each says, and what can be done about it. */
export function ConflictDialog({
  title,
  children,
  before,
  after,
  ways,
  onClose,
  ...rest
}: {
  title: string
  children: ReactNode
  before: Side
  after: Side
  ways: Way[]
  onClose: () => void
  'data-testid': string
}) {
  return (
    <Dialog
      title={title}
      open
      onClose={onClose}
      full
      data-testid={rest['data-testid']}
      actions={ways.map(way => (
        <Button key={way.id} tone={way.tone ?? 'plain'} onPress={way.run} data-testid={`way-${way.id}`}>
          {way.label}
        </Button>
      ))}
    >
      <div className="flex h-full flex-col">
        <p className="px-4 py-3">{children}</p>
        <div className="min-h-0 flex-1">
          <Comparison before={before} after={after} />
        </div>
      </div>
    </Dialog>
  )
}
