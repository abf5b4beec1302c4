import { RotateCcw, Square } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useExecutionList } from '~/data/executions'
import type { ExecutionFilter } from '~/data/filter'
import { useScope } from '~/data/scope'
import { Button } from '../button'
import { applies, BulkDialog, type BulkKind } from './bulk'
import { ExecutionTable } from './list'
import { NONE } from './selection'

interface Props {
  filter: ExecutionFilter
  withMachine: boolean
  empty: ReactNode
}

/** The live list of what fits a filter, with what can be done to many at once. */
export function ExecutionPanel(props: Props) {
  const scope = useScope()
  return <Panel key={JSON.stringify([scope, props.filter])} {...props} />
}

function Panel({ filter, withMachine, empty }: Props) {
  const list = useExecutionList(filter)
  const [selection, setSelection] = useState(NONE)
  const [bulk, setBulk] = useState<BulkKind>()
  const chosen = list.rows.filter(row => selection.chosen.has(row.executionArn))
  const running = list.rows.filter(row => row.status === 'RUNNING').length
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        {chosen.length > 0 ? (
          <>
            <span data-testid="selected">{chosen.length} selected</span>
            <Button
              small
              tone="danger"
              isDisabled={!chosen.some(row => applies('stop', row))}
              onPress={() => setBulk('stop')}
              data-testid="bulk-stop-open"
            >
              <Square size={12} aria-hidden="true" /> Stop…
            </Button>
            <Button
              small
              isDisabled={!chosen.some(row => applies('redrive', row))}
              onPress={() => setBulk('redrive')}
              data-testid="bulk-redrive-open"
            >
              <RotateCcw size={12} aria-hidden="true" /> Redrive…
            </Button>
            <Button small tone="quiet" onPress={() => setSelection(NONE)}>
              Select none
            </Button>
          </>
        ) : (
          <span className="text-label text-muted" data-testid="count">
            {list.waiting
              ? 'Loading…'
              : `${list.rows.length.toLocaleString('en')}${list.more ? '+' : ''} shown, ${running.toLocaleString('en')} running`}
          </span>
        )}
      </div>
      <ExecutionTable
        list={list}
        selection={selection}
        onSelection={setSelection}
        withMachine={withMachine}
        empty={empty}
      />
      {bulk && <BulkDialog kind={bulk} rows={chosen} onClose={() => setBulk(undefined)} />}
    </div>
  )
}
