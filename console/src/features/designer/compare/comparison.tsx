import { useEffect, useMemo, useRef, useState } from 'react'
import { compare, type Difference } from '~/asl/diff'
import type { Program, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { type DiffMark, FlowGraph, type FlowGraphHandle } from '~/graph'
import { Tabs } from '~/ui/tabs'
import { TextDiff } from './text-diff'

export interface Side {
  label: string
  source: Source
}

/** Two definitions beside each other: as graphs, as a list of changes, and as text. */
export function Comparison({ before, after }: { before: Side; after: Side }) {
  const [tab, setTab] = useState('graph')
  const [left, right] = [useProgram(before.source), useProgram(after.source)]
  const difference = useMemo(() => (left && right ? compare(left, right) : undefined), [left, right])
  return (
    <Tabs
      label="How to compare"
      value={tab}
      onChange={setTab}
      className="h-full"
      tabs={[
        {
          id: 'graph',
          label: 'Graph',
          content: (
            <div className="grid h-full min-h-0 grid-cols-2 gap-px bg-line max-md:grid-cols-1 max-md:grid-rows-2">
              <Half side={before} program={left} diff={marksOf(difference, 'before')} />
              <Half side={after} program={right} diff={marksOf(difference, 'after')} />
            </div>
          ),
        },
        { id: 'changes', label: 'Changes', content: <Changes difference={difference} /> },
        {
          id: 'text',
          label: 'Text',
          content: <TextDiff before={before.source.text} after={after.source.text} />,
        },
      ]}
    />
  )
}

function useProgram({ text, format }: Source): Program | undefined {
  return useMemo(() => readProgram({ text, format }).program, [text, format])
}

function marksOf(difference: Difference | undefined, side: 'before' | 'after'): Map<string, DiffMark> {
  const marks = new Map<string, DiffMark>()
  if (!difference) return marks
  for (const pair of [...difference.renamed, ...difference.changed]) marks.set(pair[side], 'changed')
  if (side === 'before') for (const id of difference.removed) marks.set(id, 'removed')
  else for (const id of difference.added) marks.set(id, 'added')
  return marks
}

/** By then a graph has been laid out and fitted. */
const AFTER_FIT_MILLIS = 700

function Half({
  side,
  program,
  diff,
}: {
  side: Side
  program: Program | undefined
  diff: ReadonlyMap<string, DiffMark>
}) {
  const graph = useRef<FlowGraphHandle>(null)
  const [first] = diff.keys()
  useEffect(() => {
    if (first === undefined) return
    // What is different may lie far down; the graph first shows itself as a whole.
    const timer = setTimeout(() => graph.current?.focusState(first), AFTER_FIT_MILLIS)
    return () => clearTimeout(timer)
  }, [first])
  return (
    <section aria-label={side.label} className="relative min-h-0 bg-canvas">
      <h3 className="absolute top-2 left-2 z-1 rounded-control border border-line bg-surface px-2 text-label font-strong">
        {side.label}
      </h3>
      {program ? (
        <FlowGraph ref={graph} program={program} diff={diff} label={side.label} minimap={false} />
      ) : (
        <p className="p-4 pt-12 text-muted">This text cannot be read; the comparison as text shows it.</p>
      )}
    </section>
  )
}

const nameOf = (id: string) => (id.split('/').at(-1) ?? id).replaceAll('~1', '/').replaceAll('~0', '~')

/** The changes in words. */
function Changes({ difference }: { difference: Difference | undefined }) {
  if (!difference) return <p className="p-4 text-muted">One of the texts cannot be read.</p>
  const { added, removed, changed, renamed, machine } = difference
  const lines: [key: string, tone: string, text: string][] = [
    ...added.map((id): [string, string, string] => [`+${id}`, 'text-succeeded', `${nameOf(id)} is new.`]),
    ...removed.map((id): [string, string, string] => [`-${id}`, 'text-failed', `${nameOf(id)} is gone.`]),
    ...renamed.map(({ before, after }): [string, string, string] => [
      `r${before}`,
      'text-caught',
      `${nameOf(before)} is called ${nameOf(after)} now.`,
    ]),
    ...changed.map(({ after, fields }): [string, string, string] => [
      `c${after}`,
      'text-caught',
      `${nameOf(after)}: ${fields.join(', ')}`,
    ]),
    ...(machine.length > 0
      ? [['machine', 'text-caught', `The machine itself: ${machine.join(', ')}`] as [string, string, string]]
      : []),
  ]
  if (lines.length === 0) return <p className="p-4 text-muted">Both say the same.</p>
  return (
    <ul className="flex flex-col gap-1 p-4" data-testid="changes">
      {lines.map(([key, tone, text]) => (
        <li key={key} className={tone}>
          {text}
        </li>
      ))}
    </ul>
  )
}
