import { changeType } from '~/asl/edits/change-type'
import { renameState } from '~/asl/edits/rename-state'
import type { StateNode, StateType } from '~/asl/program'
import { Field } from '~/ui/field'
import { Select } from '~/ui/select'
import { useDocument } from '../../document/context'
import { useProblems } from '../../problems/context'
import { fieldsOf, isStateType, STATE_TYPES } from '../fields'
import { pointerOf } from './problems'
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
  const { problems } = useProblems()
  const name = useName(state, text =>
    document.run((source, program) => renameState(source, program, state.id, text)),
  )
  const types = STATE_TYPES.map(type => ({ id: type as string, label: type as string }))
  if (!isStateType(state.type)) types.unshift({ id: state.type, label: state.type || 'No type' })
  const own = problems.filter(problem => pointerOf(problem.location) === state.id)
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
      {own.map(problem => (
        <p key={problem.message} className="m-0 text-label text-failed">
          {problem.message}
          {problem.help && ` (${problem.help})`}
        </p>
      ))}
    </div>
  )
}
