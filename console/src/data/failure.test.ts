import { afterEach, expect, test, vi } from 'vitest'
import { own } from './client'
import { failureOf } from './failure'
import { parsed } from './sse'

afterEach(() => vi.unstubAllGlobals())

test('an answer that is no object of ours is still a failure in words', () => {
  for (const text of ['null', '"no"', '[]', '<html>', '']) {
    expect(failureOf(500, text), text).toMatchObject({ code: 'Refused', message: 'The server answered 500.' })
    expect(failureOf(503, text).code, text).toBe('Unreachable')
    expect(failureOf(200, text).code, text).toBe('SignedOut')
  }
})

test('an answer that says it is JSON, and is none, is a failure', async () => {
  for (const text of ['{"tasks":', 'null', '7']) {
    const headers = { 'content-type': 'application/json' }
    vi.stubGlobal('fetch', async () => new Response(text, { headers }))
    await expect(own('tasks'), text).rejects.toMatchObject({ code: 'Malformed', passing: false })
  }
})

test('so is a message of a stream', () => {
  expect(parsed({ event: 'history', data: '{"id":1}' })).toEqual({ id: 1 })
  expect(() => parsed({ event: 'history', data: '{"id":' })).toThrow('"history" cannot be read')
})
