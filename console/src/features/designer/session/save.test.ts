import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '~/data/failure'
import type { Machine } from '~/data/types'
import { create, overwrite, type SavePorts, save, takeTheirs } from './save'
import { Session } from './session'

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:m'
const TEXT = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}'
const drafts = new Map<string, string>()

vi.mock('../api/drafts', () => ({
  EDITOR: 'me',
  putDraft: async (content: { id: string; text: string }) => {
    drafts.set(content.id, content.text)
    return { savedAt: 1, editors: [] }
  },
  deleteDraft: async (id: string) => drafts.delete(id),
}))

beforeEach(() => {
  drafts.clear()
  vi.useFakeTimers()
})
afterEach(() => void vi.useRealTimers())

/** A server with one machine that counts its revisions. */
function setup() {
  const machine = {
    stateMachineArn: ARN,
    name: 'm',
    definition: TEXT,
    revisionId: undefined,
  } as unknown as Machine
  let revisions = 0
  const put = (definition: string) => {
    revisions += 1
    machine.definition = definition
    machine.revisionId = `r${revisions}`
  }
  const ports: SavePorts = {
    create: vi.fn(async () => ({ stateMachineArn: ARN })),
    update: vi.fn(async (_, definition, revision) => {
      if (revision !== undefined && revision !== (machine.revisionId ?? '')) {
        throw new Failure('ConflictException', 'it has another revision', 409)
      }
      put(definition)
      return { revisionId: machine.revisionId }
    }),
    describe: async () => ({ ...machine }),
    toJson: async source => (source.format === 'json' ? source.text : `json of ${source.text}`),
    now: () => 42,
  }
  const facts = {
    id: ARN,
    title: 'm',
    machineType: 'STANDARD' as const,
    stateMachineArn: ARN,
    sampleInputs: {},
  }
  const session = new Session({
    facts: { ...facts, baseRevisionId: '' },
    source: { text: TEXT, format: 'json' },
  })
  session.start()
  const edit = (insert: string) =>
    session.document.dispatch({ label: 'edit', edits: [{ start: 1, end: 1, insert }] })
  return { machine, ports, session, edit, others: put }
}

test('saving over the revision that it began from, twice', async () => {
  const { machine, ports, session, edit } = setup()
  edit('"Comment":"x",')
  expect(await save(session, ports)).toEqual({ kind: 'saved' })
  expect(machine.definition).toBe(session.document.source.text)
  expect(session.document.isDirty).toBe(false)
  expect(session.facts.get().baseRevisionId).toBe('r1')
  edit(' ')
  expect(await save(session, ports)).toEqual({ kind: 'saved' })
  expect(session.facts.get().baseRevisionId).toBe('r2')
})

test('who saved meanwhile is not written over unless told to', async () => {
  const { machine, ports, session, edit, others } = setup()
  others('{"theirs":1}')
  edit(' ')
  const outcome = await save(session, ports)
  expect(outcome).toMatchObject({ kind: 'conflict', theirs: { definition: '{"theirs":1}' } })
  expect(machine.definition).toBe('{"theirs":1}')
  expect(session.document.isDirty).toBe(true)
  expect(await overwrite(session, ports, { ...machine })).toEqual({ kind: 'saved' })
  expect(machine.definition).toBe(session.document.source.text)
})

test('overwriting goes over what was shown, and over nothing later', async () => {
  const { machine, ports, session, edit, others } = setup()
  others('{"theirs":1}')
  edit(' ')
  const seen = { ...machine }
  others('{"theirs":2}')
  expect(await overwrite(session, ports, seen)).toMatchObject({
    kind: 'conflict',
    theirs: { definition: '{"theirs":2}' },
  })
})

test('theirs is taken as one step that can be undone', async () => {
  const { machine, ports, session, edit, others } = setup()
  edit('"Comment":"mine",')
  const mine = session.document.source.text
  others('{"theirs":1}')
  takeTheirs(session, { ...machine })
  expect(session.document.source.text).toBe('{"theirs":1}')
  expect(session.document.isDirty).toBe(false)
  session.document.undo()
  expect(session.document.source.text).toBe(mine)
  expect(await save(session, ports)).toEqual({ kind: 'saved' })
})

test('what is typed while it is being saved stays unsaved', async () => {
  const { ports, session, edit } = setup()
  edit(' ')
  const { update } = ports
  ports.update = async (...all) => {
    edit('\n')
    return update(...all)
  }
  await save(session, ports)
  expect(session.document.isDirty).toBe(true)
})

test('a refusal is kept for the screen, and the text stays unsaved', async () => {
  const { ports, session, edit } = setup()
  edit(' ')
  ports.update = async () => {
    throw new Failure('InvalidDefinition', 'SCHEMA_VALIDATION_FAILED', 400)
  }
  expect(await save(session, ports)).toMatchObject({ kind: 'failed', failure: { code: 'InvalidDefinition' } })
  expect(session.saving.get()).toMatchObject({ busy: false, failure: { code: 'InvalidDefinition' } })
  expect(session.document.isDirty).toBe(true)
})

test('a new machine is created with its name, and goes on as that machine', async () => {
  const { ports, session, edit } = setup()
  session.facts.set({ stateMachineArn: undefined, id: 'new-1' })
  edit(' ')
  expect(await save(session, ports)).toEqual({ kind: 'unnamed' })
  const machine = { name: 'm', roleArn: 'arn:aws:iam::000000000000:role/stateline', type: 'EXPRESS' as const }
  expect(await create(session, ports, machine)).toEqual({ kind: 'saved' })
  expect(ports.create).toHaveBeenCalledWith({ ...machine, definition: session.document.source.text })
  expect(session.facts.get()).toMatchObject({ stateMachineArn: ARN, machineType: 'EXPRESS', title: 'm' })
  expect(session.document.isDirty).toBe(false)
})

test('YAML is saved as JSON, and kept as it is in the draft', async () => {
  const { machine, ports, session } = setup()
  const text = 'StartAt: A\nStates:\n  A:\n    Type: Succeed # done\n'
  session.document.replace({ text, format: 'yaml' }, 'YAML')
  await save(session, ports)
  expect(machine.definition).toBe(`json of ${text}`)
  expect(session.document.isDirty).toBe(false)
  await vi.advanceTimersByTimeAsync(2000)
  expect(drafts.get(ARN)).toBe(text)
})
