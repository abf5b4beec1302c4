import { cliLine, endpointOf, quoted } from '~/data/cli'

interface Command {
  id: string
  label: string
  text: string
}

interface What {
  arn: string
  running: boolean
  /** What could be started again with `input`; not an item of a Map Run. */
  stateMachineArn?: string
  input?: string
}

/** What this screen shows and does, as commands for a shell. */
export function commandsOf({ arn, running, stateMachineArn, input }: What, page = location.href): Command[] {
  const own = (rest: string) => `stateline ${rest} --endpoint ${quoted(endpointOf(page))}`
  const region = arn.split(':')[3] || undefined
  const aws = (command: string, options: Record<string, string>) =>
    cliLine(command, { ...options, region }, page)
  const execution = { 'execution-arn': arn }
  const commands = [
    { id: 'history', label: 'Read its history', text: own(`history ${quoted(arn)}`) },
    { id: 'aws-history', label: 'Read its history (AWS CLI)', text: aws('get-execution-history', execution) },
    { id: 'aws-describe', label: 'Describe it (AWS CLI)', text: aws('describe-execution', execution) },
    running
      ? { id: 'stop', label: 'Stop it', text: own(`stop ${quoted(arn)}`) }
      : { id: 'aws-redrive', label: 'Redrive it (AWS CLI)', text: aws('redrive-execution', execution) },
  ]
  if (stateMachineArn && input !== undefined) {
    const again = own(`start ${quoted(stateMachineArn)} --input ${quoted(input)}`)
    commands.push({ id: 'start', label: 'Start one like it', text: again })
    const options = { 'state-machine-arn': stateMachineArn, input }
    commands.push({
      id: 'aws-start',
      label: 'Start one like it (AWS CLI)',
      text: aws('start-execution', options),
    })
  }
  return commands
}
