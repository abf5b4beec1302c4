import { Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Button } from '~/ui/button'

const Finder = lazy(() => import('./finder'))

/** Goes anywhere by name: screens, machines, executions. Opens by ⌘K or Ctrl-K. */
export function QuickOpen() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k' && !event.defaultPrevented) {
        event.preventDefault()
        setOpen(true)
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <Button tone="quiet" onPress={() => setOpen(true)} aria-label="Go to" data-testid="quick-open">
        <Search size={16} aria-hidden="true" />
        <kbd className="rounded-[4px] border border-line px-1 font-sans text-label text-muted max-lg:hidden">
          Ctrl K
        </kbd>
      </Button>
      {open && (
        <Suspense>
          <Finder onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
