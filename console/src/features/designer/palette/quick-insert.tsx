import { useState } from 'react'
import { Autocomplete, Dialog, Input, Menu, MenuItem, Popover, TextField } from 'react-aria-components'
import { Glyph } from '~/graph/Glyph'
import { OPTION } from '~/ui/select'
import type { Item } from './items'
import { useSearch } from './palette'

/** The palette as a list at a place of the canvas: type a few letters, press Enter. */
export function QuickInsert({
  anchor,
  onInsert,
  onClose,
}: {
  anchor: Element
  onInsert: (item: Item) => void
  onClose: () => void
}) {
  const [text, setText] = useState('')
  // At once: Enter takes what the letters say, however quickly they were typed.
  const items = useSearch(text.trim())
  return (
    <Popover
      isOpen
      onOpenChange={open => !open && onClose()}
      triggerRef={{ current: anchor }}
      placement="bottom"
      className="w-80 rounded-node border border-line bg-raised text-text shadow-xl"
    >
      <Dialog aria-label="Insert a state" className="outline-none" data-testid="quick-insert">
        <Autocomplete inputValue={text} onInputChange={setText}>
          <TextField aria-label="What to insert" autoFocus>
            <Input
              placeholder="Insert a state, a service, a pattern"
              className="h-10 w-full rounded-node bg-transparent px-3 outline-none"
            />
          </TextField>
          <section
            aria-label="Results"
            tabIndex={0}
            className="max-h-72 overflow-auto border-line border-t outline-offset-[-2px]"
          >
            <Menu
              aria-label="What can be inserted"
              items={items}
              className="p-1 outline-none"
              renderEmptyState={() => <p className="px-2 py-2 text-muted">Nothing is called that.</p>}
            >
              {item => (
                <MenuItem
                  id={item.id}
                  textValue={item.label}
                  className={OPTION}
                  onAction={() => onInsert(item)}
                >
                  <span className="text-muted">
                    <Glyph name={item.glyph} size={16} />
                  </span>
                  <span className="truncate">{item.label}</span>
                  <span className="ml-auto shrink-0 pl-2 text-label text-muted">{item.group}</span>
                </MenuItem>
              )}
            </Menu>
          </section>
        </Autocomplete>
      </Dialog>
    </Popover>
  )
}
