import { useSyncExternalStore } from 'react'

/** Tailwind's `md`: below it, tables show two lines a row instead of many columns. */
const narrow = window.matchMedia('(max-width: 767.98px)')

export function useNarrow(): boolean {
  return useSyncExternalStore(
    listener => {
      narrow.addEventListener('change', listener)
      return () => narrow.removeEventListener('change', listener)
    },
    () => narrow.matches,
  )
}
