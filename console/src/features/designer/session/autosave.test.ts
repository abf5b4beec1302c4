import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '~/data/failure'
import type { Draft, DraftContent, Kept, Standing } from '../api/drafts'
import { Autosave, SERVER_PAUSE_MILLIS } from './autosave'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that keeps one draft as the real one does, and a browser that may be full. */
function setup() {
  let text = 'a'
  let time = 100
  const server = {
    stored: undefined as Draft | undefined,
    away: false,
    slow: 0,
    puts: 0,
    editors: [] as Kept['editors'],
    revision: undefined as string | undefined,
    looks: [] as ((standing: Standing) => void)[],
  }
  const browser = { drafts: new Map<string, Draft>(), full: false }
  const content = (): DraftContent => ({ id: 'd', title: 't', text, format: 'json', machineType: 'STANDARD' })
  const autosave = new Autosave(
    {
      editor: 'me',
      now: () => time,
      local: {
        read: id => browser.drafts.get(id),
        write: draft => !browser.full && Boolean(browser.drafts.set(draft.id, draft)),
        remove: id => void browser.drafts.delete(id),
      },
      look: async () => {
        if (server.away) throw new Failure('Unreachable', 'away')
        const now = { editors: server.editors, machineRevisionId: server.revision }
        if (!server.slow) return now
        return new Promise<Standing>(answer => server.looks.push(() => answer(now)))
      },
      remove: async () => {
        server.stored = undefined
      },
      put: async (sent, ifSavedAt) => {
        server.puts += 1
        if (server.slow) await new Promise(done => setTimeout(done, server.slow))
        if (server.away) throw new Failure('Unreachable', 'away')
        if (ifSavedAt !== undefined && ifSavedAt !== (server.stored?.savedAt ?? 0)) {
          throw new Failure('ConflictException', 'changed', 409, { stored: server.stored })
        }
        time += 1
        server.stored = { ...sent, editor: 'me', savedAt: time }
        return { savedAt: time, editors: server.editors }
      },
    },
    content,
    () => text !== 'a',
  )
  const type = (next: string) => {
    text = next
    autosave.touch()
  }
  return { autosave, server, browser, type, state: () => autosave.state.get() }
}

const pass = (millis: number) => vi.advanceTimersByTimeAsync(millis)

test('what is typed is in the browser at once, and at the server after a pause', async () => {
  const { browser, server, type, state } = setup()
  type('ab')
  expect(browser.drafts.get('d')?.text).toBe('ab')
  expect(state()).toMatchObject({ local: 'kept', server: 'due' })
  await pass(SERVER_PAUSE_MILLIS - 1)
  type('abc')
  await pass(SERVER_PAUSE_MILLIS - 1)
  expect(server.puts).toBe(0)
  await pass(1)
  expect(server.stored?.text).toBe('abc')
  expect(state().server).toBe('kept')
})

test('what is typed while a draft is on its way follows it', async () => {
  const { server, type, state } = setup()
  server.slow = 3000
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  type('abc')
  await pass(SERVER_PAUSE_MILLIS)
  expect(server.puts).toBe(1)
  await pass(3000 - SERVER_PAUSE_MILLIS)
  expect(server.stored?.text).toBe('ab')
  expect(state().server).toBe('due')
  await pass(SERVER_PAUSE_MILLIS + 3000)
  expect(server.stored?.text).toBe('abc')
  expect(state().server).toBe('kept')
})

test('a server that is away gets it when it is back', async () => {
  const { autosave, server, type, state } = setup()
  server.away = true
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state()).toMatchObject({ local: 'kept', server: 'away' })
  server.away = false
  void autosave.flush()
  await pass(0)
  expect(server.stored?.text).toBe('ab')
  expect(state().server).toBe('kept')
})

test('a server that is away is asked again by itself', async () => {
  const { server, type } = setup()
  server.away = true
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  server.away = false
  await pass(5000)
  expect(server.stored?.text).toBe('ab')
})

test("somebody else's draft is not written over unless told to", async () => {
  const { autosave, server, browser, type, state } = setup()
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  server.stored = { ...(server.stored as Draft), text: 'theirs', editor: 'other', savedAt: 500 }
  type('abc')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state()).toMatchObject({ server: 'conflict', message: 'changed', stored: { text: 'theirs' } })
  type('abcd')
  await pass(60_000)
  expect(server.stored.text).toBe('theirs')
  expect(browser.drafts.get('d')?.text).toBe('abcd')
  autosave.overwrite()
  await pass(0)
  expect(server.stored.text).toBe('abcd')
  expect(state().server).toBe('kept')
})

test('after theirs was taken over, typing goes on from it', async () => {
  const { autosave, server, type, state } = setup()
  server.stored = {
    id: 'd',
    title: 't',
    text: 'theirs',
    format: 'json',
    machineType: 'STANDARD',
    editor: 'o',
    savedAt: 7,
  }
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state().server).toBe('conflict')
  autosave.takenOver()
  type('theirs and mine')
  await pass(SERVER_PAUSE_MILLIS)
  expect(server.stored.text).toBe('theirs and mine')
})

test('leaving is only guarded when nobody has what is typed', async () => {
  const { autosave, server, browser, type } = setup()
  expect(autosave.wouldLose).toBe(false)
  browser.full = true
  server.away = true
  type('ab')
  expect(autosave.wouldLose).toBe(true)
  await pass(SERVER_PAUSE_MILLIS)
  expect(autosave.wouldLose).toBe(true)
  server.away = false
  await pass(5000)
  expect(autosave.wouldLose).toBe(false)
  type('abc')
  expect(autosave.wouldLose).toBe(true)
  browser.full = false
  type('abcd')
  expect(autosave.wouldLose).toBe(false)
})

test('other tabs are told of', async () => {
  const { server, type, state } = setup()
  server.editors = [{ editor: 'other', seenAt: 99 }]
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state()).toMatchObject({ others: [{ editor: 'other' }], othersSince: 101 })
  type('abc')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state().othersSince).toBe(101)
  server.editors = []
  type('abcd')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state().othersSince).toBeUndefined()
})

test('once it is saved there is no draft', async () => {
  const { autosave, server, browser, type, state } = setup()
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  await autosave.discard()
  expect(server.stored).toBeUndefined()
  expect(browser.drafts.size).toBe(0)
  expect(state()).toMatchObject({ local: 'clean', server: 'clean' })
  type('abc')
  await pass(SERVER_PAUSE_MILLIS)
  expect(state().server).toBe('kept')
})

test('a draft that is on its way while the machine is saved does not stay', async () => {
  const { autosave, server, type, state } = setup()
  server.slow = 1000
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  const discarded = autosave.discard()
  await pass(1000)
  await discarded
  expect(server.stored).toBeUndefined()
  expect(state()).toMatchObject({ local: 'clean', server: 'clean' })
})

test('a draft that was deleted elsewhere is stored again', async () => {
  const { server, type, state } = setup()
  type('ab')
  await pass(SERVER_PAUSE_MILLIS)
  server.stored = undefined
  type('abc')
  await pass(2 * SERVER_PAUSE_MILLIS)
  expect(state().server).toBe('kept')
  expect(server.stored).toMatchObject({ text: 'abc' })
})

test('others and a newer machine are seen before anything is typed', async () => {
  const { autosave, server, state } = setup()
  server.editors = [{ editor: 'other', seenAt: 99 }]
  server.revision = 'r2'
  await autosave.look()
  expect(state()).toMatchObject({ othersSince: 100, machineRevisionId: 'r2', server: 'clean' })
  expect(server.puts).toBe(0)
  server.away = true
  await autosave.look()
  expect(state()).toMatchObject({ othersSince: 100, machineRevisionId: 'r2' })
  server.away = false
  server.editors = []
  await autosave.look()
  expect(state().othersSince).toBeUndefined()
})

test('what was asked before the machine was saved from here is not believed', async () => {
  const { autosave, server, state } = setup()
  server.slow = 1
  server.revision = 'old'
  const asked = autosave.look()
  autosave.forgetRevision()
  for (const answer of server.looks) answer({ editors: [] })
  await asked
  expect(state().machineRevisionId).toBeUndefined()
})
