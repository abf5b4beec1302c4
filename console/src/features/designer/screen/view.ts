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

/** From which width on several panes fit beside each other, and from which on the palette beside both views. */
export const WIDE = '(min-width: 900px)'
export const ROOMY = '(min-width: 1280px)'

/** Whether the window fits a media query. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    listener => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
}
