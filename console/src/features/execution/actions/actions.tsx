import { useNavigate } from '@tanstack/react-router'
import { CircleStop, Download, Ellipsis, PenLine, Play, RotateCcw, Terminal } from 'lucide-react'
import { useState } from 'react'
import { machineArnOf } from '~/data/arn'
import type { Execution } from '~/data/types'
import { Button, IconButton } from '~/ui/button'
import { type Action, Menu } from '~/ui/menu'
import type { Story } from '../fold/story'
import { CliDialog } from './cli-dialog'
import { saveHistory } from './export'
import { RedriveDialog } from './redrive-dialog'
import { StopDialog } from './stop-dialog'

interface Props {
  arn: string
  execution: Partial<Execution>
  story: Story
  onRedriven: () => void
}

/** What can be done with an execution. */
export function Actions({ arn, execution, story, onRedriven }: Props) {
  const [open, setOpen] = useState<'stop' | 'redrive' | 'cli'>()
  const navigate = useNavigate()
  const close = () => setOpen(undefined)
  const running = execution.status === 'RUNNING'
  const machine = execution.stateMachineArn && machineArnOf(execution.stateMachineArn)
  // An item of a Map Run has no machine of its own that could be started.
  const isItem = execution.mapRunArn !== undefined
  const icon = { size: 14, 'aria-hidden': true } as const
  const again = () => void navigate({ to: '/start', search: { execution: arn } })
  const more: Action[] = [
    {
      id: 'again',
      label: 'Start again with this input',
      icon: <Play {...icon} />,
      disabled: isItem,
      run: again,
    },
    {
      id: 'edit',
      label: 'Edit the definition',
      icon: <PenLine {...icon} />,
      disabled: !machine,
      run: () => void navigate({ to: '/design', search: { arn: machine } }),
    },
    { id: 'cli', label: 'Copy as command line…', icon: <Terminal {...icon} />, run: () => setOpen('cli') },
    {
      id: 'export',
      label: 'Save the history as JSON',
      icon: <Download {...icon} />,
      run: () => saveHistory(execution.name ?? 'execution', story),
    },
  ]
  return (
    <>
      {running ? (
        <Button small tone="danger" onPress={() => setOpen('stop')} data-testid="stop">
          <CircleStop {...icon} /> Stop
        </Button>
      ) : (
        execution.status !== 'SUCCEEDED' && (
          <Button small onPress={() => setOpen('redrive')} data-testid="redrive">
            <RotateCcw {...icon} /> Redrive
          </Button>
        )
      )}
      {!isItem && (
        <Button small onPress={again} className="max-md:hidden" data-testid="start-again">
          <Play {...icon} /> Start again
        </Button>
      )}
      <Menu label="More actions" actions={more}>
        <IconButton small label="More actions" data-testid="more-actions">
          <Ellipsis size={16} aria-hidden="true" />
        </IconButton>
      </Menu>
      <StopDialog arn={arn} open={open === 'stop'} onClose={close} />
      <RedriveDialog
        arn={arn}
        execution={execution}
        open={open === 'redrive'}
        onClose={close}
        onDone={onRedriven}
      />
      <CliDialog
        arn={arn}
        running={running}
        stateMachineArn={isItem ? undefined : machine}
        input={story.input}
        open={open === 'cli'}
        onClose={close}
      />
    </>
  )
}
