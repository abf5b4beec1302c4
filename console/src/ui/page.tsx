import { type ReactNode, useEffect } from 'react'
import { cx } from './cx'

/** A screen: its heading, what can be done, and its content. The heading is the document's title too. */
export function Page({
  title,
  path,
  actions,
  children,
  fill,
  ...rest
}: {
  title: string
  path?: ReactNode
  actions?: ReactNode
  children: ReactNode
  fill?: boolean
  'data-testid'?: string
}) {
  useTitle(title)
  return (
    <main
      {...rest}
      id="main"
      tabIndex={-1}
      className={cx('flex min-h-0 flex-1 flex-col outline-none', !fill && 'overflow-auto')}
    >
      <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-surface px-4 py-2">
        {path}
        <h1 className="min-w-0 truncate text-head font-strong" title={title}>
          {title}
        </h1>
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      </div>
      <div className={cx('flex min-h-0 flex-1 flex-col', !fill && 'p-4')}>{children}</div>
    </main>
  )
}

function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Stateline`
  }, [title])
}
