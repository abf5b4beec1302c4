import { useSyncExternalStore } from 'react'

/** What stands in the middle. */
export type View = 'design' | 'split' | 'code'
/** The one pane that a narrow screen shows. */
export type Pane = 'canvas' | 'palette' | 'inspector' | 'code' | 'problems'

const KEY = 'stateline.designer.view'

export function storedView(): View {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'split' || value === 'code' ? value : 'design'
  } catch {
    return 'design'
  }
}

export function storeView(view: View) {
  try {
    localStorage.setItem(KEY, view)
  } catch {
    // It stays until the page is loaded again.
  }
}

const wide = window.matchMedia('(min-width: 900px)')

/** Whether several panes fit beside each other. */
export function useWide(): boolean {
  return useSyncExternalStore(
    listener => {
      wide.addEventListener('change', listener)
      return () => wide.removeEventListener('change', listener)
    },
    () => wide.matches,
  )
}
