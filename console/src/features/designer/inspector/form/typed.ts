import { useEffect, useRef, useState } from 'react'
import type { FieldChange } from '../change'
import { useForm } from './scope'

/** What a text that was typed comes to: changes, or what is wrong with it. */
export type Meaning = { changes: FieldChange[] } | { fault: string }

export interface Typed {
  text: string
  fault: string | undefined
  onChange: (text: string) => void
  commit: () => void
  onKeyDown: (event: Key) => void
}

export interface Key {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  preventDefault: () => void
  continuePropagation: () => void
}

/**
 * What is typed into a field, until it is put into the definition: when the field is left, and at Enter.
 * Until then the preview knows of it. Escape, or undo, takes it back.
 */
export function useTyped(at: string, shown: string, read: (text: string) => Meaning, lines: boolean): Typed {
  const {
    change,
    typing: { pending, kept },
  } = useForm()
  const [typed, setTyped] = useState<string | undefined>(() => kept.get(at))
  const latest = useRef({ typed, read, change, shown })
  latest.current = { typed, read, change, shown }

  const meaning = typed === undefined ? undefined : read(typed)
  const fault = meaning && 'fault' in meaning ? meaning.fault : undefined

  const take = (text: string | undefined) => {
    latest.current.typed = text
    setTyped(text)
  }
  const commit = () => {
    const { typed: text, read: meant, change: put } = latest.current
    if (text === undefined) return
    const now = meant(text)
    if ('fault' in now) return
    take(undefined)
    // What was refused stays typed.
    if (text !== latest.current.shown) {
      if (!put(now.changes)) take(text)
    } else {
      pending.set({ changes: [] })
    }
  }
  const revert = () => {
    take(undefined)
    pending.set({ changes: [] })
  }
  useEffect(
    () => () => {
      const { typed: text, read: meant, change: put, shown: last } = latest.current
      kept.delete(at)
      if (text === undefined || text === last) return
      const now = meant(text)
      if ('fault' in now) kept.set(at, text)
      else put(now.changes)
    },
    [at, kept],
  )
  return {
    text: typed ?? shown,
    fault,
    onChange: text => {
      take(text)
      const now = read(text)
      pending.set({ changes: 'fault' in now || text === shown ? [] : now.changes })
    },
    commit,
    onKeyDown: event => {
      const dirty = latest.current.typed !== undefined && latest.current.typed !== shown
      const held = event.ctrlKey || event.metaKey
      const undoing = held && event.key.toLowerCase() === 'z' && !event.shiftKey
      if (dirty && (undoing || event.key === 'Escape')) {
        event.preventDefault()
        revert()
      } else if (event.key === 'Enter' && (!lines || held)) {
        event.preventDefault()
        commit()
      } else {
        // Saving, say: with what is typed here.
        if (held && event.key.toLowerCase() === 's') commit()
        event.continuePropagation()
      }
    },
  }
}
