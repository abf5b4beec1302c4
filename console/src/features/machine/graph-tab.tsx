import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { readProgram } from '~/asl/read'
import type { Machine } from '~/data/types'
import { IconButton } from '~/ui/button'
import { FailureBox, Loading } from '~/ui/feedback'
import { Json } from '~/ui/json'

const FlowGraph = lazy(() => import('~/graph').then(graph => ({ default: graph.FlowGraph })))
const route = getRouteApi('/machines/$arn')

/** The graph of the definition as it is now; a state that is chosen shows its text beside it. */
export function GraphTab({ machine }: { machine: Machine }) {
  const { state } = route.useSearch()
  const go = useNavigate()
  const arn = machine.stateMachineArn
  const reading = useMemo(
    () => readProgram({ text: machine.definition, format: 'json' }),
    [machine.definition],
  )
  const choose = (id: string | undefined) =>
    void go({ to: '/machines/$arn', params: { arn }, search: { tab: 'graph', state: id }, replace: true })
  if (!reading.program) {
    return (
      <div className="p-4">
        <FailureBox failure={new Error(reading.broken?.message)} what="The definition cannot be drawn." />
      </div>
    )
  }
  const chosen = state === undefined ? undefined : reading.program.states.get(state)
  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <div className="min-h-0 min-w-0 flex-1">
        <Suspense fallback={<Loading />}>
          <FlowGraph
            program={reading.program}
            selection={chosen?.id}
            onSelect={choose}
            label={machine.name}
          />
        </Suspense>
      </div>
      {chosen && (
        <aside
          aria-label={chosen.name}
          data-testid="state"
          className="w-[26rem] overflow-auto border-line border-l bg-surface p-3 max-md:h-1/2 max-md:w-full max-md:shrink-0 max-md:border-t max-md:border-l-0"
        >
          <div className="mb-2 flex items-start justify-between gap-2">
            <div className="min-w-0">
              <h2 className="break-words text-head font-strong">{chosen.name}</h2>
              <p className="text-muted">{chosen.comment ?? chosen.type}</p>
            </div>
            <IconButton label="Close" onPress={() => choose(undefined)}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
          <Json label={`definition of ${chosen.name}`} text={JSON.stringify(chosen.value)} />
        </aside>
      )}
    </div>
  )
}
