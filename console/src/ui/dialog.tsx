import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { Button, IconButton } from './button'
import { cx } from './cx'

interface Props {
  title: string
  open: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot. */
  actions?: ReactNode
  wide?: boolean
  /** As large as the page lets it be; the content brings its own edges and scrolls by itself. */
  full?: boolean
  'data-testid'?: string
}

/** A dialog over the page. Escape and the cross close it; a click beside it does not, so that nothing typed is lost. */
export function Dialog({ title, open, onClose, children, actions, wide, full, ...rest }: Props) {
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={next => !next && onClose()}
      className="fixed inset-0 z-50 flex items-start justify-center bg-scrim p-4 pt-[8vh] max-sm:p-0"
    >
      <Modal className={cx('w-full', full ? 'max-w-[1800px]' : wide ? 'max-w-4xl' : 'max-w-xl')}>
        <AriaDialog
          {...rest}
          className={cx(
            'flex max-h-[84vh] flex-col rounded-node border border-line bg-raised text-text shadow-xl outline-none max-sm:h-dvh max-sm:max-h-none max-sm:rounded-none',
            full && 'h-[84vh]',
          )}
        >
          <div className="flex items-center justify-between border-line border-b py-2 pr-2 pl-4">
            <Heading slot="title" className="truncate text-head font-strong">
              {title}
            </Heading>
            <IconButton label="Close" onPress={onClose}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
          <div className={cx('min-h-0 flex-1', full ? 'overflow-hidden' : 'overflow-auto p-4')}>
            {children}
          </div>
          {actions && (
            <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{actions}</div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: {
  title: string
  open: boolean
  onClose: () => void
  word: string
  onConfirm: () => void
  children: ReactNode
  busy?: boolean
}) {
  return (
    <Dialog
      title={props.title}
      open={props.open}
      onClose={props.onClose}
      data-testid="confirm"
      actions={
        <>
          <Button onPress={props.onClose}>Cancel</Button>
          <Button tone="danger" onPress={props.onConfirm} isDisabled={props.busy} data-testid="confirm-yes">
            {props.word}
          </Button>
        </>
      }
    >
      {props.children}
    </Dialog>
  )
}
