import { useSyncExternalStore } from 'react'

/** In which account and region the console looks. Without a choice, the server's own. */
export interface ScopeChoice {
  account: string
  region: string
}

const KEY = 'stateline.scope'
const listeners = new Set<() => void>()
let chosen = read()

function read(): ScopeChoice | undefined {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return typeof stored?.account === 'string' && typeof stored?.region === 'string' ? stored : undefined
  } catch {
    return undefined
  }
}

function currentScope(): ScopeChoice | undefined {
  return chosen
}

/** Looks elsewhere from now on; the choice is kept in this browser. */
export function chooseScope(scope: ScopeChoice | undefined) {
  chosen = scope
  try {
    if (scope) localStorage.setItem(KEY, JSON.stringify(scope))
    else localStorage.removeItem(KEY)
  } catch {
    // A browser that keeps nothing still looks where it was told to.
  }
  for (const listener of listeners) listener()
}

export function useScope(): ScopeChoice | undefined {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentScope)
}

/** The header that says account and region; a signature is not asked for without identities. */
export function scopeHeaders(): Record<string, string> {
  if (!chosen) return {}
  const credential = `${chosen.account}/00000000/${chosen.region}/states/aws4_request`
  return { Authorization: `AWS4-HMAC-SHA256 Credential=${credential}` }
}
