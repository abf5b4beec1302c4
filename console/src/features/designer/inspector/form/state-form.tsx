import { changeType } from '~/asl/edits/change-type'
import { renameState } from '~/asl/edits/rename-state'
import type { StateNode, StateType } from '~/asl/program'
import { join } from '~/asl/tree'
import { Field } from '~/ui/field'
import { Select } from '~/ui/select'
import { useDocument } from '../../document/context'
import { fieldsOf, isStateType, STATE_TYPES } from '../fields'
import { OwnProblems } from './own-problems'
import { useForm } from './scope'
import { Sections } from './sections'
import { useName } from './use-name'

/** The form of one state. */
export function StateForm({ state }: { state: StateNode }) {
  const { language } = useForm()
  return (
    <>
      <Head state={state} />
      <Sections
        fields={fieldsOf(state.type, language)}
        at={state.id}
        holder={state.value}
        apart={['Type']}
        work={isStateType(state.type) ? state.type : 'Settings'}
      />
    </>
  )
}

function Head({ state }: { state: StateNode }) {
  const { document } = useDocument()
  const { run } = useForm()
  const { onRenamed } = useForm()
  const name = useName(state, text => {
    const refused = document.run((source, program) => renameState(source, program, state.id, text))
    if (refused === undefined) onRenamed(state.id, join(state.scope, 'States', text))
    return refused
  })
  const types = STATE_TYPES.map(type => ({ id: type as string, label: type as string }))
  if (!isStateType(state.type)) types.unshift({ id: state.type, label: state.type || 'No type' })
  return (
    <div className="flex flex-col gap-2 p-3">
      <div className="grid grid-cols-[minmax(0,1fr)_7rem] items-start gap-2">
        <Field
          label="Name"
          value={name.text}
          onChange={name.onChange}
          onBlur={name.commit}
          onKeyDown={name.onKeyDown}
          error={name.fault}
          data-testid="field-name"
        />
        <Select
          label="Type"
          value={state.type}
          choices={types}
          onChange={type => {
            if (type !== state.type && isStateType(type))
              run((source, program) => changeType(source, program, state.id, type as StateType))
          }}
          data-testid="field-Type"
        />
      </div>
      <OwnProblems at={state.id} />
    </div>
  )
}
