import type { Source } from '~/asl/program'
import { Failure } from '~/data/failure'
import type { Machine, Seconds } from '~/data/types'
import type { NewMachine } from '../api/machines'
import type { Session } from './session'

/** What saving needs of the outside. */
export interface SavePorts {
  create: (machine: NewMachine) => Promise<{ stateMachineArn: string }>
  update: (arn: string, definition: string, revision: string | undefined) => Promise<{ revisionId?: string }>
  describe: (arn: string) => Promise<Machine>
  /** The text as JSON; refuses what cannot be read. */
  toJson: (source: Source) => Promise<string>
  now: () => Seconds
}

export type Outcome =
  | { kind: 'saved' }
  /** There is no machine yet: it needs a name and a role first. */
  | { kind: 'unnamed' }
  /** Somebody else has saved since; nothing was changed. */
  | { kind: 'conflict'; theirs: Machine }
  | { kind: 'failed'; failure: Error }

/** Saves what is open over its machine, if that has the revision that this began from. */
export async function save(session: Session, ports: SavePorts): Promise<Outcome> {
  const { stateMachineArn: arn, baseRevisionId } = session.facts.get()
  if (!arn) return { kind: 'unnamed' }
  return saveOver(session, ports, arn, baseRevisionId ?? '')
}

/** After a conflict: saves over the revision that was seen, and over no later one. */
export function overwrite(session: Session, ports: SavePorts, theirs: Machine): Promise<Outcome> {
  return saveOver(session, ports, theirs.stateMachineArn, theirs.revisionId ?? '')
}

async function saveOver(session: Session, ports: SavePorts, arn: string, revision: string): Promise<Outcome> {
  return during(session, async () => {
    const { source } = session.document
    const definition = await ports.toJson(source)
    try {
      const { revisionId } = await ports.update(arn, definition, revision)
      await settled(session, ports, source, { baseRevisionId: revisionId ?? (await revisionOf(ports, arn)) })
      return { kind: 'saved' }
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 409 || error.code !== 'ConflictException')
        throw error
      return { kind: 'conflict', theirs: await ports.describe(arn) }
    }
  })
}

/** Creates the machine; what was open goes on as its definition. */
export function create(
  session: Session,
  ports: SavePorts,
  machine: Omit<NewMachine, 'definition'>,
): Promise<Outcome> {
  return during(session, async () => {
    const { source } = session.document
    const definition = await ports.toJson(source)
    const { stateMachineArn } = await ports.create({ ...machine, definition })
    await session.autosave.discard()
    session.autosave.renamed()
    const { name: title, roleArn, type: machineType } = machine
    session.facts.set({ id: stateMachineArn, title, roleArn, machineType, stateMachineArn })
    await settled(session, ports, source, { baseRevisionId: await revisionOf(ports, stateMachineArn) })
    return { kind: 'saved' }
  })
}

/** After a conflict: theirs becomes the text, as one step that can be undone, and what we go on from. */
export function takeTheirs(session: Session, theirs: Machine) {
  session.document.replace({ text: theirs.definition, format: 'json' }, 'The saved definition was taken over')
  session.document.markSaved()
  session.facts.set({ baseRevisionId: theirs.revisionId ?? '' })
  void session.autosave.discard()
}

async function revisionOf(ports: SavePorts, arn: string): Promise<string> {
  return (await ports.describe(arn)).revisionId ?? ''
}

async function settled(session: Session, ports: SavePorts, saved: Source, facts: { baseRevisionId: string }) {
  session.document.markSaved(saved.text)
  session.facts.set(facts)
  session.saving.set({ savedAt: ports.now(), failure: undefined })
  session.autosave.forgetRevision()
  // The machine keeps JSON. What is written in YAML stays in a draft, to be found again as it was.
  if (saved.format === 'yaml') session.autosave.touch()
  else if (!session.document.isDirty) await session.autosave.discard()
  else session.autosave.touch()
}

async function during(session: Session, work: () => Promise<Outcome>): Promise<Outcome> {
  session.saving.set({ busy: true, failure: undefined })
  try {
    return await work()
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error))
    session.saving.set({ failure })
    return { kind: 'failed', failure }
  } finally {
    session.saving.set({ busy: false })
  }
}
