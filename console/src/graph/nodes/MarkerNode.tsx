import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { useView } from '../view'
import { Connectors } from './Connectors'
import type { BoxData, MarkerData } from './data'

/** Where a scope begins and ends. */
export const MarkerNode = memo(function MarkerNode({ data }: NodeProps & { data: MarkerData }) {
  const { kind, depth } = data.marker
  const editable = useView(view => view.editable)
  return (
    <>
      <span className="sg-marker" data-kind={kind} title={kind === 'start' ? 'Start' : 'End'} />
      {depth === 0 && <span className="sg-marker-word">{kind === 'start' ? 'Start' : 'End'}</span>}
      {editable && kind === 'end' && <Connectors type="" />}
    </>
  )
})

/** What a `Next` names and nobody is. */
export const MissingNode = memo(function MissingNode({ data }: NodeProps & { data: BoxData }) {
  return (
    <div
      className="sg-missing"
      data-testid="graph-missing"
      title={`There is no state ${data.box.name} in this scope.`}
    >
      <span className="sg-name">{data.box.name || 'No name'}</span>
      <span>is missing</span>
    </div>
  )
})
