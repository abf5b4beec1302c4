import { Copy } from '~/ui/copy'
import { Dialog } from '~/ui/dialog'
import { commandsOf } from './commands'

/** The same from a shell. */
export function CliDialog(props: {
  arn: string
  running: boolean
  stateMachineArn?: string
  input?: string
  open: boolean
  onClose: () => void
}) {
  return (
    <Dialog title="From a shell" wide open={props.open} onClose={props.onClose} data-testid="cli">
      <ul className="m-0 flex list-none flex-col gap-3 p-0">
        {props.open &&
          commandsOf(props).map(({ id, label, text }) => (
            <li key={id}>
              <p className="mb-1 text-label text-muted">{label}</p>
              <div className="flex items-start gap-2 rounded-control border border-line bg-canvas py-1 pr-1 pl-2">
                <code className="max-h-40 min-w-0 flex-1 overflow-auto py-0.5 font-mono text-code break-all whitespace-pre-wrap">
                  {text}
                </code>
                <Copy text={text} label={`Copy: ${label}`} />
              </div>
            </li>
          ))}
      </ul>
    </Dialog>
  )
}
