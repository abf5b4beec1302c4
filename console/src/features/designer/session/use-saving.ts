import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Machine } from '~/data/types'
import { notify } from '~/ui/feedback'
import { createMachine, describeMachine, type NewMachine, updateMachine } from '../api/machines'
import { plainFailure } from '../problems/problems'
import { useSession } from './context'
import { toJson } from './convert'
import { create, type Outcome, overwrite, type SavePorts, save, takeTheirs } from './save'

const PORTS: SavePorts = {
  create: createMachine,
  update: updateMachine,
  describe: describeMachine,
  toJson,
  now: () => Date.now() / 1000,
}

/** Saving as the screen does it: with the dialogs that it may need. */
export function useSaving() {
  const session = useSession()
  const go = useNavigate()
  const [asking, setAsking] = useState(false)
  const [theirs, setTheirs] = useState<Machine>()

  const told = (outcome: Outcome): boolean => {
    if (outcome.kind === 'unnamed') setAsking(true)
    if (outcome.kind === 'conflict') setTheirs(outcome.theirs)
    if (outcome.kind === 'failed' && !asking)
      notify(`It was not saved: ${plainFailure(outcome.failure).message}`, 'bad')
    return outcome.kind === 'saved'
  }
  const withTheirs = async (work: (machine: Machine) => void) => {
    const { stateMachineArn } = session.facts.get()
    try {
      if (stateMachineArn) work(await describeMachine(stateMachineArn))
    } catch (error) {
      notify(`What was saved elsewhere cannot be read: ${plainFailure(error as Error).message}`, 'bad')
    }
  }
  return {
    asking,
    closeAsking: () => {
      session.saving.set({ failure: undefined })
      setAsking(false)
    },
    theirs,
    closeConflict: () => setTheirs(undefined),
    /** Whether it is saved now. */
    save: async () => told(await save(session, PORTS)),
    create: async (machine: Omit<NewMachine, 'definition'>) => {
      if (!told(await create(session, PORTS, machine))) return
      setAsking(false)
      notify(`${machine.name} is created.`)
      void go({ to: '/design', search: { arn: session.facts.get().stateMachineArn }, replace: true })
    },
    overwrite: async () => {
      if (!theirs) return
      setTheirs(undefined)
      told(await overwrite(session, PORTS, theirs))
    },
    takeTheirs: () => {
      if (theirs) takeTheirs(session, theirs)
      setTheirs(undefined)
    },
    /** What was saved elsewhere: beside ours, or at once in its place. */
    compareTheirs: () => withTheirs(setTheirs),
    takeNewest: () => withTheirs(machine => takeTheirs(session, machine)),
  }
}
