import { useEffect, useState } from 'react'
import { applyEdits } from '~/asl/apply'
import type { Source, StateNode } from '~/asl/program'
import { jsonFault } from '~/data/json-fault'
import { useDocument } from '../document/context'
import type { DesignDocument } from '../document/document'
import { changeFields, type FieldChange } from '../inspector/change'
import { useFacts, useSession } from '../session/context'
import { type Store, useStore } from '../store'
import { type Preview, type PreviewQuestion, preview } from './api'
import { hasWork, NO_RESULT, samplesOf } from './samples'

const PREVIEW_PAUSE_MILLIS = 200

export interface PreviewState {
  preview?: Preview
  failure?: Error
  /** The answer is of an older text or sample. */
  stale: boolean
}

type Pending = Store<{ changes: readonly FieldChange[] }>

/** What a state makes of its sample, asked again after each pause in typing; the newest answer counts. */
export function usePreview(state: StateNode, pending: Pending): PreviewState {
  const { document, source, reading } = useDocument()
  const facts = useFacts()
  const { changes } = useStore(pending)
  const { results, variables } = useStore(samplesOf(useSession()))
  const sample = results[state.id] ?? NO_RESULT
  const input = facts.sampleInputs[state.id] ?? '{}'
  const [shown, setShown] = useState<PreviewState>({ stale: true })
  const { machineType } = facts
  const { id, type } = state
  const readable = reading.current && reading.broken === undefined

  useEffect(() => {
    const asking = new AbortController()
    setShown(now => ({ ...now, stale: true }))
    // What is no JSON yet, or no definition, is not asked about: the field itself says what is wrong.
    const texts = [input, variables.trim() || '{}', sample.kind === 'result' ? sample.result : '{}']
    if (!readable || texts.some(text => jsonFault(text))) return
    const ask = async () => {
      const question: PreviewQuestion = {
        source: withPending(document, source, changes),
        machineType,
        state: id,
        input,
        variables: variables.trim() || undefined,
      }
      if (hasWork(type) && sample.kind === 'result') question.result = sample.result
      if (hasWork(type) && sample.kind === 'error') {
        question.error = { error: sample.error, cause: sample.cause || undefined }
      }
      try {
        setShown({ preview: await preview(question, asking.signal), stale: false })
      } catch (error) {
        if (!asking.signal.aborted && error instanceof Error)
          setShown(now => ({ ...now, failure: error, stale: false }))
      }
    }
    const timer = setTimeout(() => void ask(), PREVIEW_PAUSE_MILLIS)
    return () => {
      clearTimeout(timer)
      asking.abort()
    }
  }, [document, source, changes, machineType, id, type, input, variables, sample, readable])

  return shown
}

/** The text as it would be with what is being typed. */
function withPending(document: DesignDocument, source: Source, changes: readonly FieldChange[]): Source {
  const { program, current } = document.read()
  if (changes.length === 0 || !program || !current) return source
  const command = changeFields(source, program, changes)
  return 'refused' in command ? source : { ...source, text: applyEdits(source.text, command.edits) }
}
