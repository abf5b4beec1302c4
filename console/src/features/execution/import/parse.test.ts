import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '~/data/types'
import { fold } from '../fold/fold'
import { readFile } from './parse'

const file = readFileSync('tests/histories/everything.json', 'utf8')
const events: HistoryEvent[] = JSON.parse(file).events

function read(value: unknown): HistoryEvent[] {
  const found = readFile(typeof value === 'string' ? value : JSON.stringify(value))
  if (found.kind !== 'history') throw new Error(JSON.stringify(found))
  return found.events
}

test('answers, pages, lists, reversed, with times of any kind: it is the same history', () => {
  expect(read(file)).toEqual(events)
  expect(read(events)).toEqual(events)
  expect(read({ events: events.toReversed() })).toEqual(events)
  expect(read([{ events: events.slice(0, 40), nextToken: 'x' }, { events: events.slice(40) }])).toEqual(
    events,
  )
  const iso = events.map(event => ({ ...event, timestamp: new Date(event.timestamp * 1000).toISOString() }))
  expect(read(iso)).toEqual(events)
  const millis = events.map(event => ({ ...event, timestamp: Math.round(event.timestamp * 1000) }))
  expect(read(millis)).toEqual(events)
})

test('lines of an Express log are events', () => {
  const lines = [
    '{"id":"2","type":"PassStateEntered","details":{"name":"P","input":"{}"},"previous_event_id":"0","event_timestamp":"1700000000100"}',
    '{"id":"1","type":"ExecutionStarted","details":{"input":"{}"},"previous_event_id":"0","event_timestamp":"1700000000000"}',
  ]
  const story = fold(read(lines.join('\n')))
  expect(story.entries[0]).toMatchObject({ name: 'P', entered: { id: 2, at: 1_700_000_000.1 } })
})

test('a history without its data is told all the same', () => {
  const bare = events.map(event =>
    JSON.parse(
      JSON.stringify(event, (key, value) =>
        ['input', 'output', 'parameters', 'inputDetails', 'outputDetails'].includes(key) ? undefined : value,
      ),
    ),
  )
  const names = (story: ReturnType<typeof fold>) =>
    story.entries.map(entry => `${entry.name} ${entry.status}`)
  expect(names(fold(read(bare)))).toEqual(names(fold(events)))
})

test('a definition is told from a history', () => {
  expect(readFile('{"StartAt":"A","States":{}}').kind).toBe('definition')
  expect(readFile(JSON.stringify({ name: 'x', definition: '{"States":{}}' }))).toEqual({
    kind: 'definition',
    text: '{"States":{}}',
  })
})

test('what is wrong with a file is said', () => {
  const why = (text: string) => {
    const found = readFile(text)
    return found.kind === 'nothing' ? found.why : found.kind
  }
  expect(why('')).toBe('It is not JSON.')
  expect(why('{"a":1}')).toContain('no "events"')
  expect(why('[]')).toBe('It has no event in it.')
  expect(why('[{"id":1,"type":"X","timestamp":1},{"id":"x"}]')).toBe(
    'Event 2 of the file has no id, a number from 1 on.',
  )
  expect(why('[{"id":1,"timestamp":1}]')).toBe('Event 1 of the file has no type.')
  expect(why('[{"id":1,"type":"X"}]')).toContain('no timestamp')
  expect(why('[{"id":1e15,"type":"X","timestamp":1}]')).toContain('no id')
})

test('no file breaks the reader', () => {
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), text => void readFile(text)))
})
