import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { nameOf } from '~/data/arn'
import { type BulkState, runBulk } from '~/data/bulk'
import { aws } from '~/data/client'
import type { ExecutionRow } from '~/data/types'
import { Button } from '../button'
import { Dialog } from '../dialog'
import { Field } from '../field'

export type BulkKind = 'stop' | 'redrive'

const WORDS = {
  stop: { verb: 'Stop', doing: 'Stopping', done: 'stopped' },
  redrive: { verb: 'Redrive', doing: 'Redriving', done: 'redriven' },
}

/** Whether it makes sense to ask for this; the server has the last word. */
export function applies(kind: BulkKind, row: ExecutionRow): boolean {
  return kind === 'stop' ? !row.stopDate : ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(row.status)
}

/** Stops or redrives what is selected, and tells how far it is and what was refused. */
export function BulkDialog({
  kind,
  rows,
  onClose,
}: {
  kind: BulkKind
  rows: ExecutionRow[]
  onClose: () => void
}) {
  const queries = useQueryClient()
  const [state, setState] = useState<BulkState<ExecutionRow>>()
  const [error, setError] = useState('')
  const [cause, setCause] = useState('')
  const off = useRef<AbortController>(undefined)
  // Nobody would see what goes on, or could stop it, from another screen.
  useEffect(() => () => off.current?.abort(), [])
  const fitting = rows.filter(row => applies(kind, row))
  const words = WORDS[kind]
  const run = async (targets: ExecutionRow[]) => {
    off.current = new AbortController()
    await runBulk(
      targets,
      row =>
        kind === 'stop'
          ? aws('StopExecution', {
              executionArn: row.executionArn,
              error: error || undefined,
              cause: cause || undefined,
            })
          : aws('RedriveExecution', { executionArn: row.executionArn }),
      setState,
      off.current.signal,
    )
    void queries.invalidateQueries({ queryKey: ['live'] })
  }
  const close = () => {
    off.current?.abort()
    onClose()
  }
  const failed = state?.failures.map(failure => failure.item) ?? []
  return (
    <Dialog
      title={`${words.verb} ${fitting.length} ${fitting.length === 1 ? 'execution' : 'executions'}`}
      open
      onClose={close}
      data-testid={`bulk-${kind}`}
      actions={
        !state ? (
          <>
            <Button onPress={close}>Cancel</Button>
            <Button
              tone={kind === 'stop' ? 'danger' : 'ink'}
              isDisabled={fitting.length === 0}
              onPress={() => void run(fitting)}
              data-testid="bulk-go"
            >
              {words.verb} {fitting.length}
            </Button>
          </>
        ) : state.over ? (
          <>
            {failed.length > 0 && <Button onPress={() => void run(failed)}>Try these again</Button>}
            <Button tone="ink" onPress={close} data-testid="bulk-close">
              Close
            </Button>
          </>
        ) : (
          <Button onPress={() => off.current?.abort()}>Stop here</Button>
        )
      }
    >
      {!state && (
        <div className="flex flex-col gap-3">
          <p>
            {fitting.length} of {rows.length} selected can be {words.done}.
            {fitting.length < rows.length &&
              (kind === 'stop'
                ? ' The others are over already.'
                : ' Only what failed, timed out or was aborted can.')}
          </p>
          {kind === 'stop' ? (
            <>
              <Field label="Error (optional)" value={error} onChange={setError} maxLength={256} />
              <Field label="Cause (optional)" value={cause} onChange={setCause} maxLength={32_768} rows={2} />
            </>
          ) : (
            <p className="text-muted">
              Each goes on from the state that failed, with the definition that it was started with.
            </p>
          )}
        </div>
      )}
      {state && <Progress state={state} doing={words.doing} done={words.done} />}
    </Dialog>
  )
}

function Progress({ state, doing, done }: { state: BulkState<ExecutionRow>; doing: string; done: string }) {
  const good = state.done - state.failures.length
  return (
    <div className="flex flex-col gap-3">
      <p role="status" data-testid="bulk-state">
        {state.over
          ? `${good} of ${state.total} ${done}${state.cancelled ? ', then stopped by you' : ''}${state.failures.length > 0 ? `, ${state.failures.length} refused` : ''}.`
          : `${doing}: ${state.done} of ${state.total}`}
      </p>
      <progress
        aria-label={doing}
        value={state.done}
        max={state.total}
        className="h-2 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-ink"
      />
      {state.failures.length > 0 && (
        <ul aria-label="Refused" className="max-h-72 overflow-auto rounded-control border border-line">
          {state.failures.map(({ item, reason }) => (
            <li key={item.executionArn} className="border-line border-b px-3 py-2 last:border-b-0">
              <p className="truncate font-mono text-code">{nameOf(item.executionArn)}</p>
              <p className="break-words text-failed">{reason}</p>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
