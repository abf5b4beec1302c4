import type { ReactNode } from 'react'

/** One figure with its name, and what else is to be said of it. */
export function Tile({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section
      aria-label={name}
      className="flex min-w-0 flex-col gap-1 rounded-control border border-line bg-surface p-3"
    >
      <h2 className="text-label text-muted">{name}</h2>
      {children}
    </section>
  )
}
