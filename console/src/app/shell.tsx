import { Link, Outlet } from '@tanstack/react-router'
import { useLiveLists } from '~/data/live'
import { Notices } from '~/ui/feedback'
import { Apart } from './apart'
import { Banner } from './banner'
import { NarrowNavigation, Navigation } from './navigation'
import { QuickOpen } from './quick'
import { ScopePicker } from './scope-picker'
import { ViewMenu } from './view-menu'

/** What stands around every screen. */
export function Shell() {
  useLiveLists()
  return (
    <div className="flex h-dvh flex-col">
      <button
        type="button"
        onClick={toContent}
        className="sr-only focus:not-sr-only focus:fixed focus:z-60 focus:bg-ink focus:p-2 focus:text-on-ink"
      >
        Skip to content
      </button>
      <header className="flex h-11 shrink-0 items-center gap-1 border-line border-b bg-surface px-3">
        <NarrowNavigation />
        <Link
          to="/"
          className="mr-3 flex items-center gap-2 rounded-control font-strong text-text no-underline"
          aria-label="Stateline: state machines"
        >
          <img src="./icon.svg" alt="" width={20} height={20} />
          <span className="max-md:hidden">Stateline</span>
        </Link>
        <Navigation />
        <div className="ml-auto flex min-w-0 items-center gap-1">
          <QuickOpen />
          <Apart>
            <ScopePicker />
          </Apart>
          <ViewMenu />
        </div>
      </header>
      <Banner />
      <Outlet />
      <Notices />
    </div>
  )
}

/** A link would change the hash, which is the address of the screen. */
function toContent() {
  document.getElementById('main')?.focus()
}
