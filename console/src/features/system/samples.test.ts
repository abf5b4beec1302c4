import { expect, test } from 'vitest'
import { bytesText, millisText, ratesOf, SAMPLES_MAX, type Sample, seriesOf, withSample } from './samples'

const sample = (at: number, count: number, startedAt = 1): Sample => ({
  at,
  system: { version: '1', startedAt, commits: { count, batches: 0 } },
})

test('sixty samples are kept, in order, of one run of the server', () => {
  let samples: Sample[] = []
  for (let at = 1; at <= 100; at++) samples = withSample(samples, sample(at, at))
  expect(samples).toHaveLength(SAMPLES_MAX)
  expect(samples.at(-1)?.at).toBe(100)
  expect(withSample(samples, sample(100, 7))).toEqual(samples)
  expect(withSample(samples, sample(101, 0, 2))).toHaveLength(1)
})

test('figures and rates over the samples', () => {
  const samples = [sample(1, 10), sample(3, 30), sample(4, 20)]
  expect(seriesOf(samples, system => system.commits?.count)).toEqual([10, 30, 20])
  expect(seriesOf(samples, system => system.callsOut)).toEqual([])
  expect(ratesOf(samples, system => system.commits?.count)).toEqual([10, 0])
  expect(ratesOf([], system => system.callsOut)).toEqual([])
})

test('sizes and times are short', () => {
  expect([0, 70, 420_083, 1_400_000_000].map(bytesText)).toEqual(['0 B', '70 B', '410 KiB', '1.3 GiB'])
  expect([0.071, 3.42, 41.4].map(millisText)).toEqual(['0.07 ms', '3.4 ms', '41 ms'])
})
