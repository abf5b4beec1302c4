import type { NodeProps } from '@xyflow/react'
import { ChevronDown } from 'lucide-react'
import { memo } from 'react'
import { ContextPad } from '../ContextPad'
import { Glyph, StatusMark } from '../Glyph'
import { useViewStore } from '../view'
import { Connectors } from './Connectors'
import type { BoxData } from './data'
import { Figures } from './Side'
import { useStateNode } from './useStateNode'

/** One state, or a container that is folded up. */
export const StateNode = memo(function StateNode({ data }: NodeProps & { data: BoxData }) {
  const { box, description } = data
  const { props, overlay, status, selected, mark, editable } = useStateNode(box)
  return (
    <>
      <div {...props} className="sg-node" data-stacked={box.kind === 'collapsed' || undefined}>
        {status === 'running' && <Flowing w={box.w} h={box.h} />}
        <span className="sg-type">
          <Glyph name={description.glyph} size={18} />
        </span>
        <span className="sg-text">
          <span className="sg-row">
            <span className="sg-name" title={box.name}>
              {box.name}
            </span>
            {mark && (
              <span
                className="sg-mark"
                data-mark={mark}
                title={mark === 'error' ? 'Has an error' : 'Has a warning'}
              />
            )}
            {overlay && <StatusMark status={overlay.status} size={15} />}
          </span>
          <span className="sg-row sg-detail">
            <span className="sg-what" title={description.detail}>
              {description.detail}
            </span>
            <Figures overlay={overlay} />
          </span>
        </span>
      </div>
      {box.kind === 'collapsed' && <Unfold id={box.id} name={box.name} />}
      {editable && <Connectors type={box.type} />}
      {editable && selected && <ContextPad id={box.id} />}
    </>
  )
})

function Unfold({ id, name }: { id: string; name: string }) {
  const store = useViewStore()
  return (
    <button
      type="button"
      className="sg-unfold nopan"
      tabIndex={-1}
      aria-label={`Expand ${name}`}
      title="Expand"
      data-testid="graph-expand"
      onClick={event => {
        event.stopPropagation()
        store.get().setFocus(id)
        store.get().toggle(id)
      }}
    >
      <ChevronDown size={14} aria-hidden="true" />
    </button>
  )
}

/** The running state's border: dashes that flow. */
export function Flowing({ w, h }: { w: number; h: number }) {
  return (
    <svg className="sg-flowing" width={w} height={h} aria-hidden="true">
      <rect x={1} y={1} width={w - 2} height={h - 2} rx={9} />
    </svg>
  )
}
