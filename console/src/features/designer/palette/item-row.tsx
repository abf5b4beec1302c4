import { Plus } from 'lucide-react'
import type { QueryLanguage } from '~/asl/fields'
import { ITEM_MIME } from '~/graph'
import { Glyph } from '~/graph/Glyph'
import type { Item } from './items'

/** One item: dragged to where it shall go, or inserted behind the selection by a click. */
export function ItemRow({
  item,
  language,
  onInsert,
  withGroup,
}: {
  item: Item
  /** Says too to which group it belongs: in a list of results. */
  withGroup?: boolean
  language: QueryLanguage
  onInsert: (item: Item) => void
}) {
  return (
    <li>
      <button
        type="button"
        draggable
        onDragStart={event => {
          event.dataTransfer.setData(ITEM_MIME, JSON.stringify(item.fragment(language)))
          event.dataTransfer.effectAllowed = 'copy'
        }}
        onClick={() => onInsert(item)}
        title={item.detail ? `${item.label}: ${item.detail}` : item.label}
        data-testid={`palette-${item.id}`}
        className="group relative flex min-h-8 w-full cursor-grab items-center gap-2 rounded-control px-2 py-1 text-left outline-offset-[-2px] hover:bg-hover max-sm:min-h-11"
      >
        <span className="text-muted">
          <Glyph name={item.glyph} size={16} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate">{item.label}</span>
          {withGroup && <span className="block truncate text-label text-muted">{item.group}</span>}
        </span>
        <Plus
          size={14}
          aria-hidden="true"
          className="absolute right-1.5 rounded-[4px] bg-hover text-muted opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
        />
      </button>
    </li>
  )
}
