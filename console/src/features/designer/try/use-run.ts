import { useEffect, useRef, useState } from 'react'
import type { StateNode } from '~/asl/program'
import { useDocument } from '../document/context'
import { useFacts } from '../session/context'
import { type TestAnswer, testState } from './api'
import { type Asked, requestOf } from './request'

/** One run of a state at a time, and how the last one went. */
export function useRun(state: StateNode) {
  const { document } = useDocument()
  const facts = useFacts()
  const [answer, setAnswer] = useState<TestAnswer>()
  const [failure, setFailure] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const asking = useRef<AbortController>(undefined)
  useEffect(() => () => asking.current?.abort(), [])

  const run = async (how: Pick<Asked, 'sample' | 'variables' | 'options'>) => {
    const { program, current } = document.read()
    setFailure(undefined)
    if (!program || !current) {
      setAnswer(undefined)
      setFailure(new Error('The text cannot be read now. Mend it, or undo.'))
      return
    }
    const controller = new AbortController()
    asking.current = controller
    setBusy(true)
    try {
      const input = facts.sampleInputs[state.id] ?? '{}'
      setAnswer(await testState(requestOf({ program, state, input, ...how }), controller.signal))
    } catch (error) {
      if (!controller.signal.aborted) {
        setAnswer(undefined)
        setFailure(error instanceof Error ? error : new Error(String(error)))
      }
    }
    setBusy(false)
  }
  return { answer, failure, busy, run, stop: () => asking.current?.abort() }
}
