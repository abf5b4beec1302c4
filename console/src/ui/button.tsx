import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components'
import { cx } from './cx'

type Tone = 'plain' | 'ink' | 'danger' | 'quiet'

const PALE = 'data-[disabled]:opacity-50'

const TONES: Record<Tone, string> = {
  plain: `border-line bg-surface text-text data-[hovered]:bg-hover ${PALE}`,
  // What cannot be done now is no longer the strongest thing on the screen.
  ink:
    'border-ink bg-ink text-on-ink data-[hovered]:opacity-90 ' +
    'data-[disabled]:border-line data-[disabled]:bg-hover data-[disabled]:text-muted',
  danger: `border-line bg-surface text-failed data-[hovered]:bg-failed-tint ${PALE}`,
  quiet: `border-transparent bg-transparent text-text data-[hovered]:bg-hover ${PALE}`,
}

const BASE =
  'inline-flex items-center justify-center gap-1.5 rounded-control border font-normal whitespace-nowrap cursor-pointer ' +
  'data-[disabled]:cursor-not-allowed data-[pressed]:translate-y-px max-sm:min-h-11'

interface Props extends Omit<ButtonProps, 'className' | 'children'> {
  tone?: Tone
  small?: boolean
  className?: string
  children: ReactNode
  'data-testid'?: string
}

export function Button({ tone = 'plain', small, className, ...rest }: Props) {
  return (
    <AriaButton
      {...rest}
      className={cx(BASE, small ? 'h-6.5 px-2 text-label' : 'h-8 px-3', TONES[tone], className)}
    />
  )
}

/** A button with a picture only; its label is its accessible name and its tooltip. */
export function IconButton({
  label,
  children,
  small,
  tone = 'quiet',
  className,
  ...rest
}: Props & { label: string }) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(
          BASE,
          small ? 'size-6.5' : 'size-8',
          'shrink-0 max-sm:min-w-11',
          TONES[tone],
          className,
        )}
      >
        {children}
      </AriaButton>
      <Tip>{label}</Tip>
    </TooltipTrigger>
  )
}

function Tip({ children }: { children: ReactNode }) {
  return (
    <Tooltip offset={6} className="max-w-80 rounded-control bg-ink px-2 py-1 text-label text-on-ink">
      {children}
    </Tooltip>
  )
}
