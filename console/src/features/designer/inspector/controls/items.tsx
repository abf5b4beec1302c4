import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { addItem, type List, moveItem, removeItem } from '~/asl/edits/list-items'
import { join } from '~/asl/tree'
import { Button, IconButton } from '~/ui/button'
import { useForm } from '../form/scope'
import { isObject, listOf } from '../form/shape'
import { own } from '../values'
import { RawControl } from './raw'
import type { ControlProps } from './types'

interface Props extends ControlProps {
  list: List
  /** What one of them is called: `retrier`. */
  noun: string
  /** A new one. */
  fresh: () => unknown
  title: (item: Record<string, unknown>) => string
  /** What is shown of one that is open. */
  body: (item: Record<string, unknown>, at: string) => ReactNode
}

/** A list of objects: one is opened, moved, taken away or put behind the others. */
export function ItemList(props: Props) {
  const { field, at, holder, list, noun, fresh, title, body } = props
  const { run, state, problemsAt } = useForm()
  const [open, setOpen] = useState<number>()
  const items = listOf(own(holder, field.key))
  if (!items || !state) return <RawControl field={field} at={at} holder={holder} />
  const pointer = join(at, field.key)
  const move = (from: number, to: number) => {
    if (run((source, program) => moveItem(source, program, state.id, list, from, to))) setOpen(to)
  }
  const add = () => {
    if (run((source, program) => addItem(source, program, state.id, list, fresh()))) setOpen(items.length)
  }
  const remove = (index: number) => {
    if (run((source, program) => removeItem(source, program, state.id, list, index))) setOpen(undefined)
  }
  return (
    <div className="flex min-w-0 flex-col gap-2" data-testid={`list-${list}`}>
      <p className="m-0 text-label text-muted">
        <span className="text-text">{field.key}.</span> {field.help}
      </p>
      {items.length > 0 && (
        <ol aria-label={field.key} className="m-0 flex list-none flex-col gap-2 p-0">
          {items.map((item, index) => (
            <Item
              // biome-ignore lint/suspicious/noArrayIndexKey: an item is what stands at its place
              key={index}
              noun={`${noun} ${index + 1}`}
              title={isObject(item) ? title(item) : JSON.stringify(item)}
              open={open === index}
              bad={problemsAt(join(pointer, index)) !== undefined}
              onToggle={() => setOpen(open === index ? undefined : index)}
              onUp={index > 0 ? () => move(index, index - 1) : undefined}
              onDown={index < items.length - 1 ? () => move(index, index + 1) : undefined}
              onRemove={() => remove(index)}
              testid={`${list}-${index}`}
            >
              {isObject(item) ? body(item, join(pointer, index)) : null}
            </Item>
          ))}
        </ol>
      )}
      <div>
        <Button small onPress={add} data-testid={`add-${list}`}>
          <Plus size={14} aria-hidden="true" />
          Add {noun}
        </Button>
      </div>
    </div>
  )
}

interface ItemProps {
  noun: string
  title: string
  open: boolean
  bad: boolean
  onToggle: () => void
  onUp?: () => void
  onDown?: () => void
  onRemove: () => void
  testid: string
  children: ReactNode
}

function Item({ noun, title, open, bad, onToggle, onUp, onDown, onRemove, testid, children }: ItemProps) {
  return (
    <li className="min-w-0 rounded-control border border-line" data-testid={testid}>
      <div className="flex items-center">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${noun}: ${title}`}
          onClick={onToggle}
          className="flex min-h-8 min-w-0 flex-1 cursor-pointer items-center gap-2 rounded-control px-2 text-left outline-offset-[-2px] hover:bg-hover max-sm:min-h-11"
        >
          <span className={bad ? 'text-label text-failed' : 'text-label text-muted'}>
            {noun.split(' ').at(-1)}
          </span>
          <span className="min-w-0 truncate">{title}</span>
        </button>
        {open && (
          <>
            <IconButton small label={`Move ${noun} up`} isDisabled={!onUp} onPress={onUp}>
              <ArrowUp size={14} aria-hidden="true" />
            </IconButton>
            <IconButton small label={`Move ${noun} down`} isDisabled={!onDown} onPress={onDown}>
              <ArrowDown size={14} aria-hidden="true" />
            </IconButton>
          </>
        )}
        <IconButton small label={`Remove ${noun}`} onPress={onRemove}>
          <Trash2 size={14} aria-hidden="true" />
        </IconButton>
      </div>
      {open && <div className="flex flex-col gap-3 border-line border-t p-2">{children}</div>}
    </li>
  )
}
