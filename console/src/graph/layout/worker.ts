import { layoutShape } from './layout'
import type { ScopeShape } from './shape'

/** One layout at a time, in the order of the questions. */
self.onmessage = (event: MessageEvent<{ hash: string; shape: ScopeShape }>) => {
  const { hash, shape } = event.data
  try {
    self.postMessage({ hash, layout: layoutShape(shape) })
  } catch (error) {
    self.postMessage({ hash, error: String(error) })
  }
}
