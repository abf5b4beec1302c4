import { useState } from 'react'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Field } from '~/ui/field'

/** Takes a definition from the clipboard. */
export function PasteDialog({ onText, onClose }: { onText: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState('')
  return (
    <Dialog
      title="Paste a definition"
      open
      onClose={onClose}
      wide
      data-testid="paste-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={!text.trim()}
            data-testid="paste-open"
            onPress={() => {
              onClose()
              onText(text)
            }}
          >
            Open in the designer
          </Button>
        </>
      }
    >
      <Field
        label="Amazon States Language, JSON or YAML"
        help="What is wrong with it is shown in the designer."
        value={text}
        onChange={setText}
        rows={16}
        mono
        autoFocus
      />
    </Dialog>
  )
}
