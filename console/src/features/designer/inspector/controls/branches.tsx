import { CornerDownRight, Plus, Trash2 } from 'lucide-react'
import { addItem, removeItem } from '~/asl/edits/list-items'
import { allNames, freeName } from '~/asl/names'
import { newBranch } from '~/asl/templates'
import { join } from '~/asl/tree'
import { Button, IconButton } from '~/ui/button'
import { useDocument } from '../../document/context'
import { part } from '../fields/parts'
import { Fields } from '../form/fields'
import { useForm } from '../form/scope'
import { isObject, listOf } from '../form/shape'
import { own } from '../values'
import { RawControl } from './raw'
import type { ControlProps } from './types'

/** The branches of a Parallel: what is in them is drawn on the canvas. */
export function BranchesControl({ field, at, holder }: ControlProps) {
  const { run, state, program, problemsAt } = useForm()
  const { select } = useDocument()
  const branches = listOf(own(holder, field.key))
  if (!branches || !state) return <RawControl field={field} at={at} holder={holder} />
  const name = freeName('Step', allNames(program))
  return (
    <div className="flex min-w-0 flex-col gap-2" data-testid="list-Branches">
      <ol aria-label="Branches" className="m-0 flex list-none flex-col gap-2 p-0">
        {branches.map((branch, index) => {
          const scope = state.children[index]
          const first = scope?.states.find(one => one.name === scope.startAt) ?? scope?.states[0]
          const pointer = join(at, field.key, index)
          const count = scope?.states.length ?? 0
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a branch is what stands at its place
            <li key={index} className="flex flex-col gap-2 rounded-control border border-line p-2">
              <div className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate">
                  Branch {index + 1}
                  <span className="ml-2 text-label text-muted">
                    {count} {count === 1 ? 'state' : 'states'}
                  </span>
                </span>
                {first && (
                  <Button small tone="quiet" className="min-w-0" onPress={() => select(first.id)}>
                    <CornerDownRight size={14} aria-hidden="true" className="shrink-0" />
                    <span className="truncate">{first.name}</span>
                  </Button>
                )}
                <IconButton
                  small
                  label={`Remove branch ${index + 1}`}
                  onPress={() => run((source, now) => removeItem(source, now, state.id, 'Branches', index))}
                >
                  <Trash2 size={14} aria-hidden="true" />
                </IconButton>
              </div>
              {isObject(branch) && (
                <Fields fields={part} at={pointer} holder={branch} apart={['States', 'StartAt']} />
              )}
            </li>
          )
        })}
      </ol>
      {problemsAt(join(at, field.key)) !== undefined && branches.length === 0 && (
        <p className="m-0 text-label text-failed">{problemsAt(join(at, field.key))}</p>
      )}
      <div>
        <Button
          small
          data-testid="add-Branches"
          onPress={() => run((source, now) => addItem(source, now, state.id, 'Branches', newBranch(name)))}
        >
          <Plus size={14} aria-hidden="true" />
          Add branch
        </Button>
      </div>
    </div>
  )
}
