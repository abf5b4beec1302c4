import { useNavigate } from '@tanstack/react-router'
import {
  CircleHelp,
  CirclePlay,
  Download,
  Ellipsis,
  FlaskConical,
  Redo2,
  Save,
  Tag,
  Undo2,
} from 'lucide-react'
import type { MachineType } from '~/data/types'
import { Button, IconButton } from '~/ui/button'
import { type Action, Menu } from '~/ui/menu'
import { Select } from '~/ui/select'
import { useDocument } from '../document/context'
import { useFacts, useSession } from '../session/context'
import { useStore } from '../store'
import { LanguageChoice, useNewLanguage } from './language-choice'
import { SaveLabel } from './save-state'
import type { View } from './view'

const VIEWS: { id: View; label: string }[] = [
  { id: 'design', label: 'Design' },
  { id: 'split', label: 'Split' },
  { id: 'code', label: 'Code' },
]

const TYPES = [
  { id: 'STANDARD', label: 'Standard' },
  { id: 'EXPRESS', label: 'Express' },
]

export interface ToolbarProps {
  /** Undefined where only one pane fits. */
  view?: View
  onView: (view: View) => void
  onSave: () => void
  onPublish: () => void
  /** Opens what runs the selected state by itself. */
  onTest: () => void
  onKeys: () => void
  /** What the menus hold: exports, and what is seldom done. */
  exports: Action[]
  more: Action[]
}

/** Everything that is done to the definition as a whole. */
export function Toolbar({ view, onView, onSave, onPublish, onTest, onKeys, exports, more }: ToolbarProps) {
  const session = useSession()
  const { canUndo, canRedo, undo, redo, dirty, selection } = useDocument()
  const { stateMachineArn } = useFacts()
  const { busy } = useStore(session.saving)
  const newLanguage = useNewLanguage()
  const go = useNavigate()
  const start: Action = {
    id: 'start',
    label: 'Start an execution',
    icon: <CirclePlay size={14} />,
    disabled: !stateMachineArn,
    run: () => void go({ to: '/start', search: { machine: stateMachineArn } }),
  }
  const test: Action = {
    id: 'test',
    label: 'Test the selected state',
    icon: <FlaskConical size={14} />,
    disabled: selection === undefined,
    run: onTest,
  }
  const languages: Action[] = ['JSONata', 'JSONPath'].flatMap(id =>
    newLanguage && id !== newLanguage.language
      ? [{ id: 'language', label: `Write it in ${id}`, run: () => newLanguage.choose(id) }]
      : [],
  )
  const publish: Action = {
    id: 'publish',
    label: 'Publish a version',
    icon: <Tag size={14} />,
    disabled: !stateMachineArn,
    run: onPublish,
  }
  return (
    <>
      <SaveLabel />
      {view && <LanguageChoice />}
      {view && <TypeChoice />}
      {view && <ViewSwitch view={view} onView={onView} />}
      <span className="flex">
        <IconButton label="Undo (Ctrl Z)" isDisabled={!canUndo} onPress={() => undo()} data-testid="undo">
          <Undo2 size={16} aria-hidden="true" />
        </IconButton>
        <IconButton
          label="Redo (Ctrl Shift Z)"
          isDisabled={!canRedo}
          onPress={() => redo()}
          data-testid="redo"
        >
          <Redo2 size={16} aria-hidden="true" />
        </IconButton>
      </span>
      {view && (
        <Menu label="Export" actions={exports}>
          <IconButton label="Export" data-testid="export">
            <Download size={16} aria-hidden="true" />
          </IconButton>
        </Menu>
      )}
      <Menu
        label="More"
        actions={[
          ...(view ? [] : [test, start, ...languages]),
          publish,
          ...more,
          ...(view ? [] : exports.map(action => ({ ...action, label: `Export ${action.label}` }))),
          { id: 'keys', label: 'Keyboard', icon: <CircleHelp size={14} />, run: onKeys },
        ]}
      >
        <IconButton label="More" data-testid="more">
          <Ellipsis size={16} aria-hidden="true" />
        </IconButton>
      </Menu>
      {view && <TestButton onTest={onTest} />}
      {view && (
        <Button onPress={start.run} isDisabled={start.disabled} data-testid="start">
          <CirclePlay size={16} aria-hidden="true" /> Start
        </Button>
      )}
      <Button
        tone="ink"
        onPress={onSave}
        isDisabled={busy || (!dirty && stateMachineArn !== undefined)}
        data-testid="save"
      >
        <Save size={16} aria-hidden="true" /> Save
      </Button>
    </>
  )
}

function TestButton({ onTest }: { onTest: () => void }) {
  const { selection } = useDocument()
  const why = selection === undefined ? 'select a state first' : undefined
  return (
    // What is disabled has no tooltip of its own.
    <span title={why ? `To test a state, ${why}` : 'Runs the selected state by itself'}>
      <Button
        onPress={onTest}
        isDisabled={why !== undefined}
        aria-label={why ? `Test: ${why}` : 'Test the selected state'}
        data-testid="test"
      >
        <FlaskConical size={16} aria-hidden="true" /> Test
      </Button>
    </span>
  )
}

/** A machine keeps its type; what is to become one has the choice. */
function TypeChoice() {
  const session = useSession()
  const { machineType, stateMachineArn } = useFacts()
  if (stateMachineArn) {
    return (
      <span className="rounded-full border border-line px-2 text-label whitespace-nowrap text-muted">
        {machineType === 'EXPRESS' ? 'Express' : 'Standard'}
      </span>
    )
  }
  return (
    <Select
      label="Type"
      hiddenLabel
      choices={TYPES}
      value={machineType}
      onChange={id => session.facts.set({ machineType: id as MachineType })}
      className="w-28"
      data-testid="type"
    />
  )
}

function ViewSwitch({ view, onView }: { view: View; onView: (view: View) => void }) {
  return (
    <fieldset className="flex overflow-hidden rounded-control border border-line">
      <legend className="sr-only">What is shown</legend>
      {VIEWS.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === view}
          onClick={() => onView(id)}
          data-testid={`view-${id}`}
          className="h-7.5 cursor-pointer border-line border-l px-3 outline-offset-[-2px] first:border-l-0 hover:bg-hover aria-pressed:bg-selected aria-pressed:font-strong"
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}
