import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { FailureBox } from './feedback'
import { Field } from './field'

/** Asks for what a version needs before it is published. */
export function PublishVersionDialog({
  children,
  word = 'Publish',
  busy,
  failure,
  onPublish,
  onClose,
}: {
  /** What will be published. */
  children: ReactNode
  word?: string
  busy: boolean
  failure?: Error | null
  onPublish: (description: string) => void
  onClose: () => void
}) {
  const [description, setDescription] = useState('')
  return (
    <Dialog
      title="Publish a version"
      open
      onClose={onClose}
      data-testid="publish-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={busy}
            onPress={() => onPublish(description)}
            data-testid="publish-go"
          >
            {word}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{children}</p>
        <Field
          label="Description (optional)"
          value={description}
          onChange={setDescription}
          rows={3}
          maxLength={256}
          autoFocus
          data-testid="version-description"
        />
        {failure && <FailureBox failure={failure} what="No version was published." />}
      </div>
    </Dialog>
  )
}
