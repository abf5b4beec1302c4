import { ChevronRight } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { cx } from '~/ui/cx'

interface Props {
  title: string
  /** Whether it is open at first. */
  open: boolean
  /** Beside the title: what is in it while it is closed. */
  note?: string
  bad?: boolean
  children: ReactNode
}

/** A part of the form that opens and closes. */
export function FormSection({ title, open: atFirst, note, bad, children }: Props) {
  const [toggled, setToggled] = useState<boolean>()
  const id = useId()
  const open = toggled ?? atFirst
  return (
    <section aria-label={title} className="border-line border-t first:border-t-0">
      <h2 className="m-0">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setToggled(!open)}
          data-testid={`section-${title}`}
          className="flex min-h-9 w-full cursor-pointer items-center gap-1.5 px-3 text-left text-label font-strong outline-offset-[-2px] hover:bg-hover max-sm:min-h-11"
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')}
          />
          <span className={cx(bad && 'text-failed')}>{title}</span>
          {!open && note && <span className="min-w-0 truncate font-normal text-muted">{note}</span>}
        </button>
      </h2>
      <div id={id} hidden={!open} className={open ? 'flex flex-col gap-3 px-3 pb-4' : undefined}>
        {open && children}
      </div>
    </section>
  )
}
