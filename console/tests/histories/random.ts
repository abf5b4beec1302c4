import type { HistoryEvent } from '../../src/data/types'

/** A machine's body, as much of one as a history shows. */
export type Body = Step[]
export type Step =
  | { kind: 'pass' | 'wait' | 'choice' }
  | { kind: 'task'; failures: number; caught: boolean; sync: boolean }
  | { kind: 'parallel'; branches: Body[]; caught: boolean }
  | { kind: 'map'; items: Body[]; caught: boolean }

/** Thrown through a body by a step that fails and is not caught. */
class Failing extends Error {}

/** Numbers between 0 and 1 that a seed decides. */
export function dice(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Run = Generator<void, number>

/** Writes the history of one execution as the service does; what runs at once is mixed by the dice. */
export class Writer {
  readonly events: HistoryEvent[] = []
  private readonly random: () => number
  private names = 0
  private clock = 1_700_000_000

  constructor(random: () => number) {
    this.random = random
  }

  execution(body: Body): HistoryEvent[] {
    this.put('ExecutionStarted', 0, { input: '{}' })
    const run = this.body(body, 0, 's')
    try {
      let step = run.next()
      while (!step.done) step = run.next()
      this.put('ExecutionSucceeded', step.value, { output: '{}' })
    } catch (error) {
      if (!(error instanceof Failing)) throw error
      this.put('ExecutionFailed', this.events.length, { error: 'Boom' })
    }
    return this.events
  }

  private put(type: string, previousEventId: number, details?: object): number {
    this.clock += this.random() * 0.01
    const id = this.events.length + 1
    const member = type.endsWith('StateEntered')
      ? 'stateEnteredEventDetails'
      : type.endsWith('StateExited')
        ? 'stateExitedEventDetails'
        : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
    this.events.push({
      id,
      previousEventId,
      type,
      timestamp: this.clock,
      ...(details && { [member]: details }),
    })
    return id
  }

  private *body(body: Body, before: number, prefix: string): Run {
    let last = before
    for (const [at, step] of body.entries()) {
      last = yield* this.step(step, last, `${prefix}.${at}`)
      yield
    }
    return last
  }

  private *step(step: Step, before: number, name: string): Run {
    const type = `${step.kind.charAt(0).toUpperCase()}${step.kind.slice(1)}`
    let last = this.put(`${type}StateEntered`, before, { name, input: `{"n":${this.names++}}` })
    yield
    if (step.kind === 'task') last = yield* this.task(step, last)
    else if (step.kind === 'parallel') last = yield* this.parallel(step, last, name)
    else if (step.kind === 'map') last = yield* this.map(step, last, name)
    return this.put(`${type}StateExited`, last, { name, output: '{}' })
  }

  private *task(step: Step & { kind: 'task' }, before: number): Run {
    let last = before
    const call = { resourceType: 'lambda', resource: 'invoke' }
    for (let attempt = 0; ; attempt++) {
      last = this.put('TaskScheduled', last, { ...call, parameters: '{}' })
      yield
      last = this.put('TaskStarted', last, call)
      yield
      if (step.sync) last = this.put('TaskSubmitted', last, { ...call, output: '{}' })
      if (attempt >= step.failures) return this.put('TaskSucceeded', last, { ...call, output: '{}' })
      last = this.put('TaskFailed', last, { ...call, error: 'Boom', cause: 'as told' })
      if (attempt < 3) continue
      if (step.caught) return last
      throw new Failing()
    }
  }

  private *parallel(step: Step & { kind: 'parallel' }, before: number, name: string): Run {
    const started = this.put('ParallelStateStarted', before)
    const runs = step.branches.map((branch, at) => this.body(branch, started, `${name}.${at}`))
    const [last, failed] = yield* this.together(runs, started)
    if (!failed) this.put('ParallelStateSucceeded', last)
    else {
      const id = this.put('ParallelStateFailed', last)
      if (!step.caught) throw new Failing()
      return id
    }
    return last
  }

  private *map(step: Step & { kind: 'map' }, before: number, name: string): Run {
    const started = this.put('MapStateStarted', before, { length: step.items.length })
    const runs = step.items.map((item, index) => this.item(item, started, name, index))
    const [last, failed] = yield* this.together(runs, started)
    if (!failed) this.put('MapStateSucceeded', last)
    else {
      const id = this.put('MapStateFailed', last)
      if (!step.caught) throw new Failing()
      return id
    }
    return last
  }

  private *item(body: Body, started: number, name: string, index: number): Run {
    const first = this.put('MapIterationStarted', started, { name, index })
    try {
      const last = yield* this.body(body, first, `${name}.item`)
      this.put('MapIterationSucceeded', last, { name, index })
      return last
    } catch (error) {
      if (error instanceof Failing) this.put('MapIterationFailed', this.events.length, { name, index })
      throw error
    }
  }

  /** Takes steps of several runs in turns until all are over or one fails. */
  private *together(runs: Run[], before: number): Generator<void, [number, boolean]> {
    const open = [...runs]
    let last = before
    while (open.length > 0) {
      const at = Math.floor(this.random() * Math.min(open.length, 8))
      try {
        const step = open[at]?.next()
        if (!step?.done) yield
        else {
          last = step.value
          open.splice(at, 1)
        }
      } catch (error) {
        if (error instanceof Failing) return [this.events.length, true]
        throw error
      }
    }
    return [last, false]
  }
}

/** A machine with a wide Map, to fill a history of about as many events as are asked for. */
export function wide(events: number): Body {
  const item: Body = [
    { kind: 'choice' },
    { kind: 'task', failures: 1, caught: false, sync: false },
    { kind: 'task', failures: 4, caught: true, sync: true },
    { kind: 'pass' },
  ]
  // One item writes 32 events.
  return [{ kind: 'pass' }, { kind: 'map', items: Array(Math.floor(events / 31)).fill(item), caught: false }]
}
