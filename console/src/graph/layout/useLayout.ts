import { useEffect, useMemo, useState } from 'react'
import type { Program } from '~/asl/program'
import { layoutShape } from './layout'
import { LayoutQueue } from './queue'
import { countOf, hashOf, type ScopeShape, shapeOf } from './shape'
import type { Layout, LayoutOptions } from './types'

/** Below this many states a layout takes a few milliseconds: made at once, nothing flickers. */
const AT_ONCE = 60
/** Layouts kept, the oldest go first. */
const KEPT = 40

const cache = new Map<string, Layout>()
const queue = new LayoutQueue(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))

function remember(hash: string, layout: Layout): Layout {
  cache.set(hash, layout)
  const oldest = cache.keys().next().value
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest)
  return layout
}

const atOnce = (hash: string, shape: ScopeShape) => cache.get(hash) ?? remember(hash, layoutShape(shape))

export interface LaidOut {
  layout: Layout
  /** Changes with the structure only: not with values, comments or spacing. */
  hash: string
  /** A newer one is being made; this is the one before. */
  stale: boolean
}

const NOTHING: Layout = { width: 0, height: 0, nodes: [], scopes: [], markers: [], edges: [] }

/** The layout of a program. A small one is there at once; a large one comes from a worker, and the
 * one before stays until then. */
export function useLayout(program: Program, options: LayoutOptions): LaidOut {
  const wanted = useMemo(() => {
    const shape = shapeOf(program, options)
    const hash = hashOf(shape)
    const small = countOf(shape) < AT_ONCE || typeof Worker === 'undefined'
    return { shape, hash, layout: small ? atOnce(hash, shape) : cache.get(hash) }
  }, [program, options])
  const [last, setLast] = useState<{ hash: string; layout: Layout }>()
  const { hash, shape, layout } = wanted

  useEffect(() => {
    if (layout) {
      setLast(known => (known?.hash === hash ? known : { hash, layout }))
      return
    }
    return queue.ask(hash, shape, made => setLast({ hash, layout: remember(hash, made) }))
  }, [hash, shape, layout])

  if (layout) return { layout, hash, stale: false }
  if (last) return { layout: last.layout, hash: last.hash, stale: last.hash !== hash }
  return { layout: NOTHING, hash: '', stale: true }
}
