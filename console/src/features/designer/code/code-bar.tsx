import { openSearchPanel } from '@codemirror/search'
import type { EditorView } from '@codemirror/view'
import { Search, WandSparkles } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '~/ui/button'
import { Confirm } from '~/ui/dialog'
import { notify } from '~/ui/feedback'
import { useDocument } from '../document/context'
import { convertText, format, lostByConverting } from './layout-text'

const FORMATS = [
  ['json', 'JSON'],
  ['yaml', 'YAML'],
] as const

/** What is done to the text as a text. */
export function CodeBar({ view }: { view: EditorView | undefined }) {
  const { document, source } = useDocument()
  const [lost, setLost] = useState<string[]>([])
  const told = (reason: string | undefined) => reason !== undefined && notify(reason, 'bad')
  const change = () => {
    const comments = lostByConverting(document)
    if (comments.length > 0) setLost(comments)
    else told(convertText(document))
  }
  return (
    <div className="flex h-9 shrink-0 items-center gap-1 border-line border-b bg-surface px-2">
      <fieldset className="flex overflow-hidden rounded-control border border-line">
        <legend className="sr-only">Format of the text</legend>
        {FORMATS.map(([id, label]) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === source.format}
            onClick={() => id !== source.format && change()}
            data-testid={`format-${id}`}
            className="h-6 cursor-pointer border-line border-l px-2 text-label outline-offset-[-2px] first:border-l-0 hover:bg-hover aria-pressed:bg-selected aria-pressed:font-strong max-sm:min-h-11"
          >
            {label}
          </button>
        ))}
      </fieldset>
      <span className="ml-auto flex">
        <IconButton
          small
          label="Format (Shift Alt F)"
          onPress={() => void format(document).then(told)}
          data-testid="format"
        >
          <WandSparkles size={14} aria-hidden="true" />
        </IconButton>
        <IconButton
          small
          label="Search (Ctrl F)"
          onPress={() => {
            if (!view) return
            view.focus()
            openSearchPanel(view)
          }}
        >
          <Search size={14} aria-hidden="true" />
        </IconButton>
      </span>
      <Confirm
        title="JSON has no comments"
        open={lost.length > 0}
        onClose={() => setLost([])}
        word="Convert without them"
        onConfirm={() => {
          setLost([])
          told(convertText(document))
        }}
      >
        <p className="mb-2">These comments would be lost; undo brings them back.</p>
        <ul className="list-disc pl-5 text-muted">
          {lost.slice(0, 8).map(comment => (
            <li key={comment}>{comment}</li>
          ))}
          {lost.length > 8 && <li>and {lost.length - 8} more</li>}
        </ul>
      </Confirm>
    </div>
  )
}
