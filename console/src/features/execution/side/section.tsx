import type { ReactNode } from 'react'

/** A part of the side panel under a small heading. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="border-line border-t px-3 py-3 first:border-t-0">
      <div className="mb-1.5 flex min-h-6 items-center justify-between gap-2">
        <h3 className="text-label font-strong text-muted">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** A fact beside its name. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 py-0.5">
      <dt className="w-28 shrink-0 text-muted">{name}</dt>
      <dd className="m-0 min-w-0 break-words">{children}</dd>
    </div>
  )
}
