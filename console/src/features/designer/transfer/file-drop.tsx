import { type ReactNode, useState } from 'react'
import { notify } from '~/ui/feedback'
import { useDocument } from '../document/context'
import type { DesignDocument } from '../document/document'
import { formatOf } from '../session/format'

/** Definitions may have 1 MiB; a little more can be opened to be made smaller. */
const FILE_MAX = 8 * 1024 * 1024

/** Puts a file's text in the place of all, as one step. */
async function importFile(document: DesignDocument, file: File) {
  if (file.size > FILE_MAX) return notify(`${file.name} is too large to be a definition.`, 'bad')
  const text = await file.text().catch(() => undefined)
  if (text === undefined) return notify(`The browser could not read ${file.name}.`, 'bad')
  const format = /\.ya?ml$/i.test(file.name) ? 'yaml' : formatOf(text)
  document.replace({ text, format }, `${file.name} was imported`)
  notify(`${file.name} is imported. Undo takes it back.`)
}

/** Asks for a file and imports it. */
export function chooseFile(document: DesignDocument) {
  const input = window.document.createElement('input')
  input.type = 'file'
  input.accept = '.json,.yaml,.yml,.asl,.txt,application/json'
  input.onchange = () => {
    const file = input.files?.[0]
    if (file) void importFile(document, file)
  }
  input.click()
}

/** Takes files that are dropped on what is inside. */
export function FileDrop({ children }: { children: ReactNode }) {
  const { document } = useDocument()
  const [over, setOver] = useState(false)
  const has = (event: React.DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files come by the pointer only; the menu imports too
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onDragOverCapture={event => {
        if (!has(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
      }}
      onDragLeave={event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDropCapture={event => {
        if (!has(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        const [file] = event.dataTransfer.files
        if (file) void importFile(document, file)
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-10 flex items-center justify-center rounded-node border-2 border-focus border-dashed bg-running-tint/80 text-head font-strong text-running">
          Drop the definition here
        </div>
      )}
    </div>
  )
}
