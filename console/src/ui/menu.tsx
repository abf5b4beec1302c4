import type { ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { OPTION, POPOVER } from './select'

export interface Action {
  id: string
  label: string
  icon?: ReactNode
  danger?: boolean
  disabled?: boolean
  run: () => void
}

/** Actions behind a button, which is the child. */
export function Menu({
  label,
  actions,
  children,
}: {
  label: string
  actions: Action[]
  children: ReactNode
}) {
  return (
    <MenuTrigger>
      {children}
      <Popover className={POPOVER} placement="bottom end">
        <AriaMenu aria-label={label} className="p-1 outline-none" items={actions}>
          {action => (
            <MenuItem
              id={action.id}
              data-testid={`action-${action.id}`}
              textValue={action.label}
              isDisabled={action.disabled}
              onAction={action.run}
              className={`${OPTION} ${action.danger ? 'text-failed' : ''}`}
            >
              {action.icon}
              {action.label}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
