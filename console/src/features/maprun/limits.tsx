import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { aws } from '~/data/client'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { FailureBox, notify } from '~/ui/feedback'
import { Field } from '~/ui/field'
import { Tile } from '~/ui/tile'
import type { MapRun } from './types'

/** How many run at once; it and the tolerance can be changed while the run goes on. */
export function LimitsTile({ run }: { run: MapRun }) {
  const [open, setOpen] = useState(false)
  const most = run.maxConcurrency === 0 ? 'as many as fit' : run.maxConcurrency.toLocaleString('en')
  return (
    <Tile name="Concurrency">
      <p className="text-title font-strong">
        {run.status === 'RUNNING' ? run.executionCounts.running.toLocaleString('en') : most}
        {run.status === 'RUNNING' && <span className="text-body font-normal text-muted"> of {most}</span>}
      </p>
      {run.status === 'RUNNING' ? (
        <div className="mt-auto">
          <Button small onPress={() => setOpen(true)} data-testid="change-limits">
            Change limits…
          </Button>
        </div>
      ) : (
        <p className="text-label text-muted">The run is over: its limits stay as they are.</p>
      )}
      {open && <LimitsDialog run={run} onClose={() => setOpen(false)} />}
    </Tile>
  )
}

function LimitsDialog({ run, onClose }: { run: MapRun; onClose: () => void }) {
  const queries = useQueryClient()
  const [concurrency, setConcurrency] = useState(String(run.maxConcurrency))
  const [count, setCount] = useState(String(run.toleratedFailureCount))
  const [percentage, setPercentage] = useState(String(run.toleratedFailurePercentage))
  const read = { concurrency: whole(concurrency), count: whole(count), percentage: share(percentage) }
  const fits = Object.values(read).every(value => value !== undefined)
  const change = useMutation<unknown, Error>({
    mutationFn: () =>
      aws('UpdateMapRun', {
        mapRunArn: run.mapRunArn,
        maxConcurrency: read.concurrency,
        toleratedFailureCount: read.count,
        toleratedFailurePercentage: read.percentage,
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['live', 'maprun', run.mapRunArn] })
      notify('The limits are changed.')
      onClose()
    },
  })
  return (
    <Dialog
      title="Change limits"
      open
      onClose={onClose}
      data-testid="limits-dialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            tone="ink"
            isDisabled={!fits || change.isPending}
            onPress={() => change.mutate()}
            data-testid="limits-save"
          >
            Change
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field
          label="Children at once"
          value={concurrency}
          onChange={setConcurrency}
          inputMode="numeric"
          help="0 is as many as fit."
          error={read.concurrency === undefined ? 'A whole number from 0.' : undefined}
          data-testid="limit-concurrency"
        />
        <Field
          label="Failures tolerated, in items"
          value={count}
          onChange={setCount}
          inputMode="numeric"
          error={read.count === undefined ? 'A whole number from 0.' : undefined}
        />
        <Field
          label="Failures tolerated, in percent"
          value={percentage}
          onChange={setPercentage}
          inputMode="decimal"
          error={read.percentage === undefined ? 'From 0 to 100.' : undefined}
        />
        {change.error && <FailureBox failure={change.error} what="The limits were not changed." />}
      </div>
    </Dialog>
  )
}

function whole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined
}

function share(text: string): number | undefined {
  const value = Number(text)
  return /^\d{1,3}(\.\d+)?$/.test(text.trim()) && value <= 100 ? value : undefined
}
