import { useState } from 'react'
import type { StateNode } from '~/asl/program'
import type { Key } from './typed'

/** A state's name while it is typed. What cannot be its name is said below, and stays typed. */
export function useName(state: StateNode, rename: (name: string) => string | undefined) {
  const [typed, setTyped] = useState<{ id: string; text: string; fault?: string }>()
  const mine = typed?.id === state.id ? typed : undefined
  const commit = () => {
    if (!mine) return
    const fault = mine.text === state.name ? undefined : rename(mine.text)
    setTyped(fault === undefined ? undefined : { ...mine, fault })
  }
  return {
    text: mine?.text ?? state.name,
    fault: mine?.fault,
    onChange: (text: string) => setTyped({ id: state.id, text }),
    commit,
    onKeyDown: (event: Key) => {
      const held = event.ctrlKey || event.metaKey
      if (mine && (event.key === 'Escape' || (held && event.key === 'z'))) {
        event.preventDefault()
        setTyped(undefined)
      } else if (event.key === 'Enter') {
        event.preventDefault()
        commit()
      } else {
        if (held && event.key.toLowerCase() === 's') commit()
        event.continuePropagation()
      }
    },
  }
}
