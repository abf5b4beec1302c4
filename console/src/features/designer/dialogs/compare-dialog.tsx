import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '~/ui/dialog'
import { FailureBox, Loading } from '~/ui/feedback'
import { Select } from '~/ui/select'
import { describeMachine, listVersions } from '../api/machines'
import { Comparison, type Side } from '../compare/comparison'
import { useDocument } from '../document/context'
import { useFacts } from '../session/context'
import { formatOf } from '../session/format'

const SCREEN = 'screen'
const SAVED = 'saved'

/** Compares what is on the screen, what is saved and the versions, each with each. */
export function CompareDialog({ onClose }: { onClose: () => void }) {
  const { stateMachineArn: arn = '' } = useFacts()
  const [from, setFrom] = useState(SAVED)
  const [to, setTo] = useState(SCREEN)
  const versions = useQuery({
    queryKey: ['versions', arn],
    queryFn: () => listVersions(arn),
    enabled: arn !== '',
  })
  const choices = [
    { id: SCREEN, label: 'On the screen' },
    { id: SAVED, label: 'Saved' },
    ...(versions.data ?? []).map(({ stateMachineVersionArn }) => ({
      id: stateMachineVersionArn,
      label: `Version ${stateMachineVersionArn.split(':').pop()}`,
    })),
  ]
  const label = (id: string) => choices.find(choice => choice.id === id)?.label ?? id
  const { source } = useDocument()
  const answers = useQueries({
    queries: [from, to].map(id => ({
      queryKey: ['definition', arn, id],
      queryFn: () => describeMachine(id === SAVED ? arn : id),
      enabled: id !== SCREEN && arn !== '',
      // The saved one changes; a version never does.
      staleTime: id === SAVED ? 0 : Number.POSITIVE_INFINITY,
    })),
  })
  const sideOf = (id: string, index: number): Side | undefined => {
    if (id === SCREEN) return { label: label(id), source }
    const text = answers[index]?.data?.definition
    return text === undefined ? undefined : { label: label(id), source: { text, format: formatOf(text) } }
  }
  const [before, after] = [sideOf(from, 0), sideOf(to, 1)]
  const failure = answers.find(answer => answer.error)?.error
  return (
    <Dialog title="Compare" open onClose={onClose} full data-testid="compare-dialog">
      <div className="flex h-full flex-col">
        <div className="flex flex-wrap gap-3 px-4 py-2">
          <Select label="From" choices={choices} value={from} onChange={setFrom} className="w-44" />
          <Select label="To" choices={choices} value={to} onChange={setTo} className="w-44" />
        </div>
        <div className="min-h-0 flex-1">
          {failure ? (
            <FailureBox failure={failure} what="It cannot be compared." />
          ) : before && after ? (
            <Comparison before={before} after={after} />
          ) : (
            <Loading />
          )}
        </div>
      </div>
    </Dialog>
  )
}
