import { useCallback, useMemo, useState } from 'react'
import type { StateId } from '~/asl/program'
import type { LayoutOptions } from './layout/types'
import type { FlowGraphProps } from './props'

const OPEN: LayoutOptions = { collapsed: new Set() }

/** Which containers are folded up: the caller's business if it says so, otherwise kept here. */
export function useFolding({ program, layoutOptions, onLayoutOptionsChange }: FlowGraphProps) {
  const [own, setOwn] = useState<LayoutOptions>(OPEN)
  const options = layoutOptions ?? own

  const change = useCallback(
    (collapsed: ReadonlySet<StateId>) => {
      const next = { ...options, collapsed }
      if (!layoutOptions) setOwn(next)
      onLayoutOptionsChange?.(next)
    },
    [options, layoutOptions, onLayoutOptionsChange],
  )
  const toggle = useCallback(
    (id: StateId) => {
      const collapsed = new Set(options.collapsed)
      if (!collapsed.delete(id)) collapsed.add(id)
      change(collapsed)
    },
    [options, change],
  )
  /** Opens every container round a state; false if none was folded. */
  const unfold = useCallback(
    (id: StateId) => {
      const round = [...options.collapsed].filter(other => other !== id && id.startsWith(`${other}/`))
      if (round.length === 0 || !program.states.has(id)) return false
      change(new Set([...options.collapsed].filter(other => !round.includes(other))))
      return true
    },
    [options, change, program],
  )
  return useMemo(() => ({ options, toggle, unfold }), [options, toggle, unfold])
}
