import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ownUrl } from './client'
import { onReturn } from './connection'
import { objectIn } from './failure'
import { useScope } from './scope'
import { type Message, watch } from './sse'
import type { ExecutionRow } from './types'

/** Something began, ended or was redriven. */
export type Change = Pick<
  ExecutionRow,
  'executionArn' | 'stateMachineArn' | 'name' | 'status' | 'startDate' | 'stopDate'
>

const listeners = new Set<(changes: Change[]) => void>()

/** Calls back with every change in this account and region, as long as it is not called off. */
export function onChanges(listener: (changes: Change[]) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How often lists are asked for again at most while changes pour in. */
const REFRESH_MILLIS = 1000

/** Keeps lists true: queries whose key begins with `live` are asked again when something has
 * changed, at most once a second. Called once, by the shell. */
export function useLiveLists() {
  const queries = useQueryClient()
  const scope = useScope()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another account or region is another feed
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined
    let last = 0
    const refresh = () => {
      if (due) return
      const pause = Math.max(0, last + REFRESH_MILLIS - Date.now())
      due = setTimeout(() => {
        due = undefined
        last = Date.now()
        void queries.invalidateQueries({ queryKey: ['live'] })
      }, pause)
    }
    const off = watch({
      url: () => ownUrl('changes', {}),
      onOpen: refresh,
      onMessages: messages => {
        const changes = messages.flatMap(changesOf)
        if (changes.length > 0) for (const listener of listeners) listener(changes)
        refresh()
      },
    })
    const offReturn = onReturn(refresh)
    return () => {
      off()
      offReturn()
      clearTimeout(due)
    }
  }, [queries, scope])
}

function changesOf(message: Message): Change[] {
  if (message.event !== 'execution') return []
  // What cannot be read changes no row; the lists are asked for again all the same.
  const data = objectIn(message.data)
  return (Array.isArray(data) ? data : [data]).filter(isChange)
}

function isChange(value: unknown): value is Change {
  return typeof (value as Change | null | undefined)?.executionArn === 'string'
}
