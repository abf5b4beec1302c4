import { CatchBoundary } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** Something beside the screens. When it fails it is not there, and the screens go on. */
export function Apart({ children }: { children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={() => 'apart'} errorComponent={Nothing}>
      {children}
    </CatchBoundary>
  )
}

function Nothing() {
  return null
}
