import { currentScope } from '~/data/scope'

interface Command {
  id: string
  label: string
  text: string
}

/** What this screen shows and does, as commands for a shell. */
export function commandsOf(
  arn: string,
  running: boolean,
  stateMachineArn?: string,
  input?: string,
): Command[] {
  const endpoint = new URL('.', document.baseURI).href.replace(/#.*$/, '').replace(/\/$/, '')
  const own = (rest: string) => `stateline ${rest} --endpoint ${quoted(endpoint)}`
  const region = arn.split(':')[3] || currentScope()?.region || 'us-east-1'
  const aws = (rest: string) =>
    `aws stepfunctions ${rest} --endpoint-url ${quoted(endpoint)} --region ${region}`
  const at = `--execution-arn ${quoted(arn)}`
  const commands = [
    { id: 'history', label: 'Read its history', text: own(`history ${quoted(arn)}`) },
    { id: 'aws-history', label: 'Read its history (AWS CLI)', text: aws(`get-execution-history ${at}`) },
    { id: 'aws-describe', label: 'Describe it (AWS CLI)', text: aws(`describe-execution ${at}`) },
    running
      ? { id: 'stop', label: 'Stop it', text: own(`stop ${quoted(arn)}`) }
      : { id: 'aws-redrive', label: 'Redrive it (AWS CLI)', text: aws(`redrive-execution ${at}`) },
  ]
  if (stateMachineArn && input !== undefined) {
    const again = `start ${quoted(stateMachineArn)} --input ${quoted(input)}`
    const aws1 = `start-execution --state-machine-arn ${quoted(stateMachineArn)} --input ${quoted(input)}`
    commands.push({ id: 'start', label: 'Start one like it', text: own(again) })
    commands.push({ id: 'aws-start', label: 'Start one like it (AWS CLI)', text: aws(aws1) })
  }
  return commands
}

/** As one word for a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
