import { lazy, Suspense, useRef, useState } from 'react'
import type { FlowGraphHandle } from '~/graph'
import { Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { Canvas } from '../canvas/canvas'
import { CompareDialog } from '../dialogs/compare-dialog'
import { CreateDialog } from '../dialogs/create-dialog'
import { KeysDialog } from '../dialogs/keys-dialog'
import { PublishDialog } from '../dialogs/publish-dialog'
import { DraftConflict, SaveConflict } from '../dialogs/questions'
import { RenameDialog } from '../dialogs/rename-dialog'
import { useDocument } from '../document/context'
import { Inspector } from '../inspector'
import { Palette } from '../palette/palette'
import type { Problem } from '../problems/problems'
import { ProblemsList } from '../problems/problems-list'
import { useFacts } from '../session/context'
import { useSaving } from '../session/use-saving'
import { FileDrop } from '../transfer/file-drop'
import { Announcer } from './announcer'
import { OthersBanner } from './others-banner'
import { NarrowPanes, type Parts, WidePanes } from './panes'
import { Toolbar } from './toolbar'
import { useCommands } from './use-commands'
import { useMenus } from './use-menus'
import { type Pane, storedView, storeView, useMedia, type View, WIDE } from './view'

/** The editor is half of the designer's weight, and the canvas does without. */
const CodePane = lazy(() => import('../code/code-pane'))

/** The designer of one definition, with everything round it. */
export function Designer() {
  const facts = useFacts()
  const { document } = useDocument()
  const graph = useRef<FlowGraphHandle>(null)
  const [view, setView] = useState<View>(storedView)
  const [pane, setPane] = useState<Pane>('canvas')
  const [keys, setKeys] = useState(false)
  const [comparing, setComparing] = useState(false)
  const [publishing, setPublishing] = useState(false)
  const wide = useMedia(WIDE)
  const saving = useSaving()
  const editing = useCommands(graph, { save: () => void saving.save(), help: () => setKeys(true) })

  const menus = useMenus(() => setComparing(true))

  const showView = (next: View) => {
    setView(next)
    storeView(next)
    // The canvas has another size now.
    requestAnimationFrame(() => requestAnimationFrame(() => graph.current?.fit()))
  }
  const goTo = (problem: Problem) => {
    document.dispatch({ label: '', edits: [], select: problem.state ?? null })
    document.reveal(problem)
    if (problem.state !== undefined) graph.current?.focusState(problem.state)
    if (!wide) setPane('code')
    else if (view === 'design') showView('split')
  }
  const parts: Parts = {
    palette: (
      <Palette
        onInsert={item => {
          editing.commands.insertItem(item)
          if (!wide) setPane('canvas')
        }}
      />
    ),
    canvas: (
      <Canvas
        handle={graph}
        commands={editing.commands}
        selectedEdge={editing.edge}
        onSelectEdge={editing.setEdge}
        inserting={editing.inserting}
        onInserting={editing.setInserting}
        onOpen={() => (wide ? focusInspector() : setPane('inspector'))}
      />
    ),
    inspector: <Inspector />,
    code: (
      <Suspense fallback={<Loading />}>
        <CodePane />
      </Suspense>
    ),
    problems: <ProblemsList onGo={goTo} />,
  }
  return (
    <Page
      title={facts.title || 'New state machine'}
      fill
      data-testid="designer"
      actions={
        <Toolbar
          view={wide ? view : undefined}
          onView={showView}
          onSave={() => void saving.save()}
          onPublish={() => setPublishing(true)}
          onTest={() => {
            if (!wide) setPane('inspector')
            // The form of the state must be there before what is below it can be opened.
            requestAnimationFrame(openRun)
          }}
          onKeys={() => setKeys(true)}
          {...menus}
        />
      }
    >
      <OthersBanner saving={saving} />
      <DraftConflict />
      <Announcer />
      <FileDrop>
        {wide ? (
          <WidePanes parts={parts} view={view} />
        ) : (
          <NarrowPanes parts={parts} pane={pane} onPane={setPane} />
        )}
      </FileDrop>
      {saving.asking && (
        <CreateDialog onClose={saving.closeAsking} onCreate={wish => void saving.create(wish)} />
      )}
      {publishing && <PublishDialog onClose={() => setPublishing(false)} onSave={saving.save} />}
      {comparing && <CompareDialog onClose={() => setComparing(false)} />}
      <SaveConflict saving={saving} />
      {keys && <KeysDialog onClose={() => setKeys(false)} />}
      {editing.renaming !== undefined && (
        <RenameDialog id={editing.renaming} onClose={() => editing.setRenaming(undefined)} />
      )}
    </Page>
  )
}

function focusInspector() {
  const first = window.document.querySelector<HTMLElement>(
    '[data-testid=inspector] :is(input, textarea, button, [tabindex="0"])',
  )
  first?.focus()
}

/** Opens "Run this state" below the form, as a click on it does. */
function openRun() {
  const toggle = window.document.querySelector<HTMLElement>('[data-testid=drawer-run]')
  if (toggle?.getAttribute('aria-expanded') === 'false') toggle.click()
  requestAnimationFrame(() => window.document.querySelector<HTMLElement>('[data-testid=run-state]')?.focus())
}
