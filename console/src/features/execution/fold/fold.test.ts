import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '~/data/types'
import { type Body, dice, type Step, Writer, wide } from '../../../../tests/histories/random'
import { extend, fold } from './fold'
import { Replay } from './replay'
import { type Entry, emptyStory, isOpen, type Story } from './story'

function history(name: string): HistoryEvent[] {
  return JSON.parse(readFileSync(`tests/histories/${name}.json`, 'utf8')).events
}

/** One line a visit: where, what, how it ended, its attempts. */
function told(story: Story): string[] {
  return story.entries.map(entry => {
    const lane = story.lanes[entry.lane]
    const outer = story.entries[lane?.container ?? -1]
    const where = outer ? `${outer.name}[${lane?.attempt ? `${lane.attempt}:` : ''}${lane?.number}]/` : ''
    const attempts = entry.attempts.map(attempt => attempt.outcome).join(',')
    return `${where}${entry.name} ${entry.type} ${entry.status}${attempts && ` (${attempts})`}`
  })
}

/** Without what lies behind the end of the story. */
function plain(story: Story) {
  const { events: _, open, entryAt, laneAt, placeAt, ...rest } = story
  const known = (places: number[]) => Array.from({ length: story.lastId }, (_, at) => places[at + 1])
  return {
    ...rest,
    open: [...open].sort((a, b) => a - b),
    entryAt: known(entryAt),
    laneAt: known(laneAt),
    placeAt: known(placeAt),
  }
}

test('branches, an activity, a token, a child, nested Maps with a retry, a Map Run, variables', () => {
  const story = fold(history('everything'))
  expect(told(story)).toMatchInlineSnapshot(`
    [
      "Both Parallel succeeded (succeeded)",
      "Both[0]/Activity Task succeeded (succeeded)",
      "Both[1]/Token Task caught (timedOut)",
      "Both[2]/Child Task succeeded (succeeded)",
      "Both[1]/Fine Pass succeeded",
      "Each Map caught (failed,failed)",
      "Each[0]/Inner Map succeeded (succeeded)",
      "Inner[0]/Pick Choice succeeded",
      "Inner[0]/Good Pass succeeded",
      "Inner[1]/Pick Choice succeeded",
      "Inner[1]/Good Pass succeeded",
      "Each[1]/Inner Map failed (failed)",
      "Inner[0]/Pick Choice succeeded",
      "Inner[0]/Good Pass succeeded",
      "Inner[1]/Pick Choice succeeded",
      "Inner[1]/Bad Fail failed",
      "Each[1:0]/Inner Map succeeded (succeeded)",
      "Inner[0]/Pick Choice succeeded",
      "Inner[0]/Good Pass succeeded",
      "Inner[1]/Pick Choice succeeded",
      "Inner[1]/Good Pass succeeded",
      "Each[1:1]/Inner Map failed (failed)",
      "Inner[0]/Pick Choice succeeded",
      "Inner[0]/Good Pass succeeded",
      "Inner[1]/Pick Choice succeeded",
      "Inner[1]/Bad Fail failed",
      "Dist Map succeeded (succeeded)",
      "Nap Wait succeeded",
      "Calc Pass succeeded",
      "Use Pass failed (failed)",
    ]
  `)
  expect(story.status).toBe('FAILED')
  expect(story.entries[story.culprit]?.name).toBe('Use')
  expect(story.entries[story.culprit]?.trouble?.error).toBe('States.QueryEvaluationError')
  expect(story.entries.find(entry => entry.name === 'Dist')?.mapRunArn).toContain(':mapRun:')
  expect(story.entries.find(entry => entry.name === 'Activity')?.attempts[0]?.worker).toBe('ada-laptop')
  expect(story.entries.find(entry => entry.name === 'Calc')?.assigned).toEqual({ n: '2', list: '[1,2]' })
})

test('a redrive goes on with what was unfinished', () => {
  const events = history('parallel-redriven')
  const before = fold(events.slice(0, 27))
  expect(told(before)).toMatchInlineSnapshot(`
    [
      "Prepare Pass succeeded",
      "All Parallel failed (failed)",
      "All[0]/Each Map aborted (aborted)",
      "Each[0]/Work Task failed (failed)",
      "Each[1]/Work Task failed (failed)",
      "All[1]/Nap Wait succeeded",
      "All[1]/Fall Fail failed",
    ]
  `)
  expect(before.entries[before.culprit]?.name).toBe('Fall')
  expect(told(extend(before, events.slice(27, 28)))).toMatchInlineSnapshot(`
    [
      "Prepare Pass succeeded",
      "All Parallel redrive (failed)",
      "All[0]/Each Map redrive (aborted)",
      "Each[0]/Work Task redrive (failed)",
      "Each[1]/Work Task redrive (failed)",
      "All[1]/Nap Wait succeeded",
      "All[1]/Fall Fail redrive",
    ]
  `)
  const after = fold(events)
  expect(told(after)).toMatchInlineSnapshot(`
    [
      "Prepare Pass succeeded",
      "All Parallel failed (failed)",
      "All[0]/Each Map aborted (aborted)",
      "Each[0]/Work Task aborted (failed,aborted)",
      "Each[1]/Work Task aborted (failed,aborted)",
      "All[1]/Nap Wait succeeded",
      "All[1]/Fall Fail failed",
    ]
  `)
  expect(after.redrives.map(redrive => redrive.id)).toEqual([28])
})

test('a branch ends with its last state, whatever becomes of the others', () => {
  const story = fold(history('everything'))
  const branches = story.entries[0]?.lanes.map(lane => story.lanes[lane]) ?? []
  expect(branches.map(lane => [lane?.status, lane?.ended?.id])).toEqual([
    ['succeeded', 16],
    ['succeeded', 20],
    ['succeeded', 22],
  ])
  const failed = fold(history('parallel-redriven').slice(0, 27))
  const beside = failed.entries[1]?.lanes.map(lane => failed.lanes[lane]?.status)
  expect(beside).toEqual(['aborted', 'failed'])
})

test('retries are attempts of one visit', () => {
  const story = fold(history('retries'))
  expect(told(story)).toEqual(['Go Task failed (failed,failed,failed)'])
  expect(story.trouble?.error).toBe('Lambda.ResourceNotFoundException')
})

test('what runs when an execution is stopped or times out ends with it', () => {
  expect(told(fold(history('stopped')))).toEqual(['Hello Pass succeeded', 'Nap Wait aborted'])
  expect(told(fold(history('timed-out')))).toEqual(['Nap Wait timedOut'])
})

test('items that run at once keep their own lanes', () => {
  expect(told(fold(history('order-out-of-stock')))).toMatchInlineSnapshot(`
    [
      "ApplyDefaults Pass succeeded",
      "OpenOrder Pass succeeded",
      "ValidateOrder Task succeeded (succeeded)",
      "ChargeAndReserve Parallel succeeded (succeeded)",
      "ChargeAndReserve[0]/ChargeCard Task succeeded (succeeded)",
      "ChargeAndReserve[1]/ReserveItems Map succeeded (succeeded)",
      "ReserveItems[0]/ReserveItem Task succeeded (succeeded)",
      "ReserveItems[1]/ReserveItem Task caught (failed)",
      "ReserveItems[2]/ReserveItem Task caught (failed)",
      "ReserveItems[1]/ItemMissing Pass succeeded",
      "ReserveItems[2]/ItemMissing Pass succeeded",
      "CanShip Choice succeeded",
      "RefundPayment Task succeeded (succeeded)",
      "ReleaseInventory Task succeeded (succeeded)",
      "WhyNotShipped Choice succeeded",
      "DescribeCancellation Pass succeeded",
      "OrderCancelled Succeed succeeded",
    ]
  `)
})

const step: fc.Memo<Step> = fc.memo(depth => {
  const simple: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('pass' as const, 'wait' as const, 'choice' as const) }),
    fc.record({
      kind: fc.constant('task' as const),
      failures: fc.integer({ min: 0, max: 4 }),
      caught: fc.boolean(),
      sync: fc.boolean(),
    }),
  )
  if (depth <= 1) return simple
  const inner: fc.Arbitrary<Body[]> = fc.array(fc.array(step(depth - 1), { maxLength: 3, minLength: 1 }), {
    maxLength: 4,
    minLength: 1,
  })
  return fc.oneof(
    { weight: 3, arbitrary: simple },
    fc.record({ kind: fc.constant('parallel' as const), branches: inner, caught: fc.boolean() }),
    fc.record({ kind: fc.constant('map' as const), items: inner, caught: fc.boolean() }),
  )
})
const histories = fc
  .tuple(fc.array(step(3), { minLength: 1, maxLength: 5 }), fc.integer())
  .map(([body, seed]) => new Writer(dice(seed)).execution(body))

test('every visit is told once, in its own lane, and is over at the end', () => {
  fc.assert(
    fc.property(histories, events => {
      const story = fold(events)
      expect(story.entries).toHaveLength(events.filter(event => event.type.endsWith('Entered')).length)
      expect(story.open.size).toBe(0)
      expect(story.entries.filter(isOpen)).toEqual([])
      const left = story.entries.filter(entry => entry.exited)
      expect(new Set(left.map(entry => entry.exited?.id)).size).toBe(left.length)
      expect(left).toHaveLength(events.filter(event => event.type.endsWith('StateExited')).length)
      for (const entry of story.entries) {
        expect(entry.name.startsWith(around(story, entry))).toBe(true)
        expect(story.events[(entry.exited?.id ?? 0) - 1]?.previousEventId ?? 1).toBeGreaterThan(0)
      }
    }),
  )
})

/** The writer names states by their place: `s.0.1` stands in branch 1 of `s.0`. */
function around(story: Story, entry: Entry): string {
  const lane = story.lanes[entry.lane]
  const outer = story.entries[lane?.container ?? -1]
  if (!outer) return 's.'
  return outer.type === 'Map' ? `${outer.name}.item.` : `${outer.name}.`
}

test('however a history is cut, the story is the same, and earlier stories stay as they were', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (events, cuts) => {
      let story = emptyStory()
      let from = 0
      const earlier: [Story, unknown][] = []
      for (const cut of cuts) {
        story = extend(story, events.slice(from, from + cut))
        earlier.push([story, structuredClone(plain(story))])
        from += cut
      }
      story = extend(story, events.slice(from))
      expect(plain(story)).toEqual(plain(fold(events)))
      for (const [kept, was] of earlier) expect(plain(kept)).toEqual(was)
      expect(plain(extend(story, events))).toEqual(plain(story))
    }),
  )
})

test('a replay shows what was known then', () => {
  const events = new Writer(dice(7)).execution(wide(2000))
  const replay = new Replay(fold(events))
  for (const count of [0, 1, 499, 500, 501, 1234, events.length]) {
    expect(plain(replay.statusAt(count))).toEqual(plain(fold(events.slice(0, count))))
  }
})

test('25,000 events are told in 150 ms', () => {
  const events = new Writer(dice(3)).execution(wide(25_000)).slice(0, 25_000)
  // Of the processor's time: what else the machine does is not counted.
  const times = [1, 2, 3, 4, 5].map(() => {
    const before = process.cpuUsage()
    fold(events)
    return process.cpuUsage(before).user / 1000
  })
  expect(events.length).toBeGreaterThan(24_900)
  expect(Math.min(...times)).toBeLessThan(150)
})

test('events that make no sense break nothing', () => {
  const types = fc.constantFrom(
    ...[
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskStateExited',
      'TaskFailed',
      'MapIterationStarted',
      'MapStateFailed',
    ],
    ...[
      'ParallelStateStarted',
      'ParallelStateSucceeded',
      'ExecutionRedriven',
      'ExecutionFailed',
      'WaitStateAborted',
      'New',
    ],
  )
  const event = fc.record({ type: types, previousEventId: fc.nat({ max: 30 }), timestamp: fc.nat() })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), events => {
      const story = fold(events.map((one, at) => ({ ...one, id: at + 1 })))
      expect(story.count).toBe(events.length)
    }),
  )
})
