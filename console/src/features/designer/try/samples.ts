import type { StateId } from '~/asl/program'
import type { Session } from '../session/session'
import { Store } from '../store'

/** What stands for the work of a state in the preview and in a run. */
export interface ResultSample {
  kind: 'none' | 'result' | 'error'
  /** JSON text. */
  result: string
  error: string
  cause: string
}

export interface Samples {
  results: Record<StateId, ResultSample>
  /** Variables that are there when the state begins, as JSON text; '' for none. */
  variables: string
}

export const NO_RESULT: ResultSample = { kind: 'none', result: '{}', error: 'States.TaskFailed', cause: '' }

/** They live as long as the definition is open; sample inputs are kept in its draft. */
const stores = new WeakMap<Session, Store<Samples>>()

export function samplesOf(session: Session): Store<Samples> {
  let store = stores.get(session)
  if (!store) {
    store = new Store<Samples>({ results: {}, variables: '' })
    stores.set(session, store)
  }
  return store
}

export function setResult(store: Store<Samples>, state: StateId, part: Partial<ResultSample>) {
  const { results } = store.get()
  store.set({ results: { ...results, [state]: { ...(results[state] ?? NO_RESULT), ...part } } })
}

/** Types whose work a result or an error may stand for. */
export function hasWork(type: string): boolean {
  return type === 'Task' || type === 'Parallel' || type === 'Map'
}

/** Lets the samples of a state, and of those in it, go with it to its new name. */
export function followRename(session: Session, from: StateId, to: StateId) {
  if (from === to) return
  session.facts.set({ sampleInputs: renamed(session.facts.get().sampleInputs, from, to) })
  const store = samplesOf(session)
  store.set({ results: renamed(store.get().results, from, to) })
}

export function renamed<T>(samples: Record<StateId, T>, from: StateId, to: StateId): Record<StateId, T> {
  const moved = Object.entries(samples).map(([id, sample]): [StateId, T] => [
    id === from || id.startsWith(`${from}/`) ? to + id.slice(from.length) : id,
    sample,
  ])
  return Object.fromEntries(moved)
}
