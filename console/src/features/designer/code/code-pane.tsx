import { setDiagnostics } from '@codemirror/lint'
import type { Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef, useState } from 'react'
import { useDocument } from '../document/context'
import type { DesignDocument } from '../document/document'
import { useProblems } from '../problems/context'
import { stateAt } from '../problems/problems'
import { useSession } from '../session/context'
import { CodeBar } from './code-bar'
import { editorExtensions, language, languageOf, marksOf } from './editor'
import { format } from './layout-text'
import { setSelectedRange } from './selected-range'

/** The text of the definition. The document holds it; this shows it and lets people type. */
export default function CodePane() {
  const session = useSession()
  const { document, source, reading, selection } = useDocument()
  const { problems } = useProblems()
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()

  useEffect(() => {
    const parent = host.current
    if (!parent) return
    const question = () => ({ source: document.source, machineType: session.facts.get().machineType })
    const shown = new EditorView({
      state: document.editorState,
      parent,
      dispatchTransactions: transactions => document.accept(transactions),
    })
    document.attach(
      shown,
      editorExtensions(question, () => void format(document)),
    )
    shown.dispatch({ effects: EditorView.scrollIntoView(shown.state.selection.main.head, { y: 'center' }) })
    const off = document.watch(transaction => followCursor(document, shown, transaction))
    setView(shown)
    return () => {
      off()
      document.detach(shown)
      shown.destroy()
    }
  }, [document, session])

  useEffect(() => {
    let stale = false
    if (view) {
      void languageOf(source.format).then(extension => {
        if (!stale) view.dispatch({ effects: language.reconfigure(extension) })
      })
    }
    return () => {
      stale = true
    }
  }, [view, source.format])

  useEffect(() => {
    if (view) view.dispatch(setDiagnostics(view.state, marksOf(problems, view.state.doc.length)))
  }, [view, problems])

  useEffect(() => {
    const state = selection === undefined ? undefined : reading.program?.states.get(selection)
    if (!view || !reading.current) return
    const range = state && { start: Math.min(state.nameRange.start, state.range.start), end: state.range.end }
    view.dispatch({ effects: setSelectedRange.of(range) })
  }, [view, selection, reading])

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface" data-testid="code-pane">
      <CodeBar view={view} />
      <div ref={host} className="min-h-0 flex-1 overflow-hidden" />
    </div>
  )
}

/** What the cursor is in is selected everywhere. */
function followCursor(document: DesignDocument, view: EditorView, transaction: Transaction) {
  const byHand = transaction.isUserEvent('select') || transaction.isUserEvent('input')
  if (!byHand || !transaction.selection || !view.hasFocus) return
  const { reading } = document.snapshot()
  if (reading.current) document.follow(stateAt(reading.program, transaction.newSelection.main.head))
}
