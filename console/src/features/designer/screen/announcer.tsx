import { useEffect, useState } from 'react'
import { useDocument } from '../document/context'
import { commandLabel } from '../document/document'

/** Says what was done to those who do not see it. */
export function Announcer() {
  const { document } = useDocument()
  const [said, say] = useState('')
  useEffect(
    () =>
      document.watch(transaction => {
        const label = transaction.annotation(commandLabel)
        if (label) say(label)
        else if (transaction.isUserEvent('undo')) say('Undone')
        else if (transaction.isUserEvent('redo')) say('Done again')
      }),
    [document],
  )
  return (
    <p aria-live="polite" className="sr-only" data-testid="announcer">
      {said}
    </p>
  )
}
