import { useSyncExternalStore } from 'react'

/** How it stands between this page and its server. */
export type Connection = 'up' | 'down' | 'signedOut'

let state: Connection = 'up'
const listeners = new Set<() => void>()
const probes = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function connection(): Connection {
  return state
}

/** Told by every exchange how it went; while the server is away it is looked for. */
export function setConnection(next: Connection) {
  if (state === next) return
  const returned = next === 'up'
  state = next
  for (const listener of listeners) listener()
  if (returned) for (const probe of probes) probe()
  else look(500)
}

function look(pause: number) {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    if (state === 'up') return
    try {
      const answer = await fetch('./stateline/accounts', { cache: 'no-store', redirect: 'manual' })
      if (answer.ok && answer.headers.get('content-type')?.includes('json')) {
        setConnection('up')
        return
      }
    } catch {
      // Still away.
    }
    look(Math.min(pause * 1.5, 5000))
  }, pause)
}

/** Calls back when the server is there again. */
export function onReturn(callback: () => void): () => void {
  probes.add(callback)
  return () => probes.delete(callback)
}

export function useConnection(): Connection {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, connection)
}
