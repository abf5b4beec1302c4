import { machine } from '../fields/machine'
import { OwnProblems } from './own-problems'
import { useForm } from './scope'
import { Sections } from './sections'
import { isObject } from './shape'

/** The form of the machine itself, while no state is selected. */
export function MachineForm() {
  const { program } = useForm()
  const value = program.tree.value
  return (
    <>
      <div className="p-3">
        <h2 className="m-0 text-head font-strong">State machine</h2>
        <p className="m-0 text-label text-muted">Select a state to see its fields.</p>
        <OwnProblems at="" />
      </div>
      <Sections
        fields={machine}
        at=""
        holder={isObject(value) ? value : {}}
        apart={['States']}
        work="Settings"
      />
    </>
  )
}
