import { ChevronDown } from 'lucide-react'
import {
  Select as AriaSelect,
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components'
import { cx } from './cx'

interface Choice {
  id: string
  label: string
  detail?: string
}

interface Props {
  label: string
  hiddenLabel?: boolean
  choices: readonly Choice[]
  value: string
  onChange: (id: string) => void
  className?: string
  isDisabled?: boolean
  help?: string
  error?: string
  'data-testid'?: string
}

/** One of a few. */
export function Select(props: Props) {
  const { label, hiddenLabel, choices, value, onChange, className, help, error, ...rest } = props
  return (
    <AriaSelect
      {...rest}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      selectedKey={value}
      onSelectionChange={key => onChange(String(key))}
      className={cx('group flex flex-col gap-1', className)}
    >
      <Label className={cx('text-label text-muted', hiddenLabel && 'sr-only')}>{label}</Label>
      <Button className="flex h-8 min-w-0 cursor-pointer items-center justify-between gap-2 rounded-control border border-line-strong bg-surface px-2 text-left group-data-[invalid]:border-failed data-[disabled]:opacity-60 max-sm:h-11">
        <SelectValue className="truncate">{({ selectedText }) => selectedText ?? value}</SelectValue>
        <ChevronDown size={14} aria-hidden="true" className="shrink-0 text-muted" />
      </Button>
      {help && (
        <Text slot="description" className="text-label text-muted">
          {help}
        </Text>
      )}
      <FieldError className="text-label text-failed">{error}</FieldError>
      <Popover className={POPOVER}>
        <ListBox className="max-h-80 overflow-auto p-1 outline-none" items={choices}>
          {choice => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={OPTION}>
              <span className="truncate">{choice.label}</span>
              {choice.detail && <span className="ml-auto pl-3 text-label text-muted">{choice.detail}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

export const POPOVER =
  'min-w-(--trigger-width) rounded-control border border-line bg-raised text-text shadow-lg'
export const OPTION =
  'flex min-h-7 cursor-pointer items-center gap-2 rounded-[4px] px-2 outline-none data-[focused]:bg-hover data-[selected]:font-strong data-[disabled]:opacity-50 max-sm:min-h-11'
