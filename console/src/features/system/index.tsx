import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { own } from '~/data/client'
import { Failure } from '~/data/failure'
import { FailureBox, Loading } from '~/ui/feedback'
import { Page } from '~/ui/page'
import { type Sample, type System, withSample } from './samples'
import { Functions, Workers } from './tables'
import { Tiles } from './tiles'

/** Kept while the page is open, so that coming back shows the last two minutes. */
let kept: Sample[] = []

/** How the server does: its figures now, and over the last two minutes. */
export function SystemScreen() {
  const [samples, setSamples] = useState(kept)
  const asked = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => own<System>('system', {}, { signal }),
    refetchInterval: 2000,
  })
  const { data, dataUpdatedAt } = asked
  useEffect(() => {
    if (!data) return
    kept = withSample(kept, { at: dataUpdatedAt / 1000, system: data })
    setSamples(kept)
  }, [data, dataUpdatedAt])
  return (
    <Page title="System" data-testid="system">
      <div className="flex max-w-[1800px] flex-col gap-4">
        {asked.error instanceof Failure && (
          <FailureBox
            failure={asked.error}
            what="The server does not say how it does."
            onRetry={() => void asked.refetch()}
          />
        )}
        {asked.isPending && <Loading />}
        {data && (
          <>
            <Tiles system={data} samples={samples} />
            <div className="grid items-start gap-4 xl:grid-cols-2">
              {data.workers && <Workers workers={data.workers} />}
              {data.functions && <Functions functions={data.functions} />}
            </div>
          </>
        )}
      </div>
    </Page>
  )
}
