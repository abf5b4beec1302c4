import type { ReactNode } from 'react'
import {
  Checkbox as AriaCheckbox,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from 'react-aria-components'
import { cx } from './cx'

export const INPUT =
  'w-full min-w-0 rounded-control border border-line-strong bg-surface px-2 text-text placeholder:text-muted ' +
  'data-[invalid]:border-failed data-[disabled]:opacity-60'

interface Props extends Omit<TextFieldProps, 'className' | 'children'> {
  label: string
  /** The label is read out and not shown. */
  hiddenLabel?: boolean
  help?: ReactNode
  error?: string
  placeholder?: string
  /** Lines of a longer text. */
  rows?: number
  mono?: boolean
  className?: string
  'data-testid'?: string
}

/** A line, or lines, of text with its label, help and error. */
export function Field({
  label,
  hiddenLabel,
  help,
  error,
  placeholder,
  rows,
  mono,
  className,
  ...rest
}: Props) {
  const shape = cx(INPUT, mono && 'font-mono text-code', rows ? 'py-1.5 resize-y' : 'h-8 max-sm:h-11')
  return (
    <TextField
      {...rest}
      isInvalid={rest.isInvalid ?? Boolean(error)}
      // The browser's own way would not let a form be sent again after an error of the server's.
      validationBehavior="aria"
      className={cx('flex flex-col gap-1', className)}
    >
      <Label className={cx('text-label text-muted', hiddenLabel && 'sr-only')}>{label}</Label>
      {rows ? (
        <TextArea className={shape} rows={rows} placeholder={placeholder} spellCheck={!mono} />
      ) : (
        <Input className={shape} placeholder={placeholder} spellCheck={!mono} autoComplete="off" />
      )}
      {help && (
        <Text slot="description" className="text-label text-muted">
          {help}
        </Text>
      )}
      <FieldError className="text-label text-failed">{error}</FieldError>
    </TextField>
  )
}

export function Checkbox(props: {
  isSelected: boolean
  onChange: (on: boolean) => void
  children?: ReactNode
  'aria-label'?: string
  isIndeterminate?: boolean
  'data-testid'?: string
}) {
  const { children, ...rest } = props
  return (
    <AriaCheckbox {...rest} className="group inline-flex cursor-pointer items-center gap-2">
      <span className="flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-line-strong bg-surface group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-focus group-data-[selected]:border-ink group-data-[selected]:bg-ink group-data-[indeterminate]:bg-ink">
        <svg viewBox="0 0 16 16" className="size-3 fill-none stroke-on-ink stroke-[2.5]" aria-hidden="true">
          {props.isIndeterminate ? (
            <path d="M3 8h10" />
          ) : (
            props.isSelected && <path d="M3 8.5l3.5 3.5L13 4.5" />
          )}
        </svg>
      </span>
      {children}
    </AriaCheckbox>
  )
}
