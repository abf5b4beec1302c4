import type { NodeProps } from '@xyflow/react'
import { ChevronUp } from 'lucide-react'
import { memo } from 'react'
import { ContextPad } from '../ContextPad'
import { Glyph, StatusMark } from '../Glyph'
import { useViewStore } from '../view'
import { Connectors } from './Connectors'
import type { BoxData } from './data'
import { Figures } from './Side'
import { Flowing } from './StateNode'
import { useStateNode } from './useStateNode'

/** A Parallel or Map with what is in it: a tinted box, its title on top. */
export const ContainerNode = memo(function ContainerNode({ data }: NodeProps & { data: BoxData }) {
  const { box, description, lanes } = data
  const { props, overlay, status, selected, mark, editable } = useStateNode(box)
  const store = useViewStore()
  return (
    <div
      className="sg-container"
      data-status={status}
      data-type={box.type}
      data-selected={selected || undefined}
    >
      {status === 'running' && <Flowing w={box.w} h={box.h} />}
      {lanes.map(lane => (
        <div
          key={lane.id}
          className="sg-lane"
          style={{ left: lane.x, top: lane.y, width: lane.w, height: lane.h }}
          data-empty={lane.empty || undefined}
        />
      ))}
      <div {...props} className="sg-title">
        <Glyph name={description.glyph} size={16} className="sg-title-glyph" />
        <span className="sg-name" title={box.name}>
          {box.name}
        </span>
        <span className="sg-what">{description.detail}</span>
        <Figures overlay={overlay} />
        {mark && <span className="sg-mark" data-mark={mark} />}
        {overlay && <StatusMark status={overlay.status} />}
      </div>
      <button
        type="button"
        className="sg-fold nopan"
        tabIndex={-1}
        aria-label={`Collapse ${box.name}`}
        title="Collapse"
        data-testid="graph-collapse"
        onClick={event => {
          event.stopPropagation()
          store.get().setFocus(box.id)
          store.get().toggle(box.id)
        }}
      >
        <ChevronUp size={16} aria-hidden="true" />
      </button>
      {editable && <Connectors type={box.type} />}
      {editable && selected && <ContextPad id={box.id} />}
    </div>
  )
})
