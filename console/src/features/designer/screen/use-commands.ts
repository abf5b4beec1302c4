import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { Command } from '~/asl/edits/command'
import { connect } from '~/asl/edits/connect'
import { deleteStates } from '~/asl/edits/delete-states'
import { duplicateState } from '~/asl/edits/duplicate-state'
import { removeItem } from '~/asl/edits/list-items'
import { copyStates, pasteStates } from '~/asl/edits/paste-states'
import { languageOf } from '~/asl/fields'
import type { Program, Source, StateId } from '~/asl/program'
import type { FlowGraphHandle, GraphEdge } from '~/graph'
import { copyText } from '~/ui/copy'
import { notify } from '~/ui/feedback'
import type { Inserting, StateCommands } from '../canvas/canvas'
import { edgeOf } from '../canvas/edges'
import { edgePlace, insert, placeFor } from '../canvas/insert'
import { useDocument } from '../document/context'
import type { Item } from '../palette/items'
import { isTyping, type Keys, onDesignerKey } from './keys'

/** What the canvas's user may do, by whatever means, and the keys for it. */
export function useCommands(graph: RefObject<FlowGraphHandle | null>, others: Pick<Keys, 'save' | 'help'>) {
  const { document, run, select, undo, redo } = useDocument()
  const [edge, setEdge] = useState<GraphEdge>()
  const [inserting, setInserting] = useState<Inserting>()
  const [renaming, setRenaming] = useState<StateId>()
  const selected = () => document.snapshot().selection

  const commands = useMemo(() => {
    const put = (work: (source: Source, program: Program) => Command) => {
      if (!run(work)) return
      const { selection } = document.snapshot()
      if (selection !== undefined) graph.current?.focusState(selection)
    }
    const copied = (id: StateId): string => {
      const { program, current } = document.read()
      return program && current ? copyStates(document.source, program, [id]) : ''
    }
    return {
      remove: (id: StateId) => void run((source, program) => deleteStates(source, program, [id])),
      rename: setRenaming,
      duplicate: (id: StateId) => put((source, program) => duplicateState(source, program, id)),
      copied,
      copy: async (id: StateId) => {
        const text = copied(id)
        if (text) notify((await copyText(text)) ? 'Copied' : 'The browser did not let the console copy.')
      },
      /** Behind the selection, or at the end. */
      insertItem: (item: Item) =>
        put((source, program) => {
          const place = placeFor(program, document.snapshot().selection)
          return insert(source, program, item.fragment(languageOf(program)), place)
        }),
      paste: (text: string) =>
        put((source, program) => {
          const place = edgePlace(program, placeFor(program, document.snapshot().selection))
          return pasteStates(source, program, place, text)
        }),
    } satisfies StateCommands & Record<string, unknown>
  }, [document, graph, run])

  const removeEdge = (gone: GraphEdge) => {
    setEdge(undefined)
    run((source, program) => {
      if (gone.kind === 'choice') return removeItem(source, program, gone.from, 'Choices', gone.index)
      if (gone.kind === 'catch') return removeItem(source, program, gone.from, 'Catch', gone.index)
      if (gone.kind === 'start' || gone.kind === 'end')
        return { refused: 'A workflow starts and ends somewhere: connect it elsewhere instead.' }
      return connect(source, program, edgeOf(gone), null)
    })
  }

  const withSelection = (act: (id: StateId) => void) => () => {
    const id = selected()
    if (id !== undefined) act(id)
  }
  useKeys({
    ...others,
    undo: () => void undo(),
    redo: () => void redo(),
    insert: anchor => {
      const { program } = document.snapshot().reading
      if (program) setInserting({ place: edge ? edgeOf(edge) : placeFor(program, selected()), anchor })
    },
    remove: edge ? () => removeEdge(edge) : withSelection(commands.remove),
    rename: withSelection(commands.rename),
    duplicate: withSelection(commands.duplicate),
    escape: () => {
      setEdge(undefined)
      select(undefined)
    },
  })
  useClipboard(selected, commands)
  return { commands, edge, setEdge, inserting, setInserting, renaming, setRenaming }
}

function useKeys(keys: Keys) {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => onDesignerKey(event, latest.current)
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

/** States go through the system's clipboard, as text. */
function useClipboard(
  selected: () => StateId | undefined,
  commands: {
    remove: (id: StateId) => void
    copied: (id: StateId) => string
    paste: (text: string) => void
  },
) {
  const latest = useRef({ selected, commands })
  useEffect(() => {
    latest.current = { selected, commands }
  })
  useEffect(() => {
    const marked = () => (window.getSelection()?.toString() ?? '') !== ''
    const ours = (event: ClipboardEvent) => !isTyping(event.target) && !isOver(event.target)
    const onCopy = (event: ClipboardEvent) => {
      const id = latest.current.selected()
      if (!ours(event) || marked() || id === undefined) return
      const text = latest.current.commands.copied(id)
      if (!text) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') latest.current.commands.remove(id)
    }
    const onPaste = (event: ClipboardEvent) => {
      const text = ours(event) ? (event.clipboardData?.getData('text/plain') ?? '') : ''
      if (text.trim() === '') return
      event.preventDefault()
      latest.current.commands.paste(text)
    }
    window.addEventListener('copy', onCopy)
    window.addEventListener('cut', onCopy)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('copy', onCopy)
      window.removeEventListener('cut', onCopy)
      window.removeEventListener('paste', onPaste)
    }
  }, [])
}

function isOver(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null
}
