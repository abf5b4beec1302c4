import { useSyncExternalStore } from 'react'

const narrow = window.matchMedia('(max-width: 767px)')

/** Whether panes must stand one below the other. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    listener => {
      narrow.addEventListener('change', listener)
      return () => narrow.removeEventListener('change', listener)
    },
    () => narrow.matches,
  )
}
