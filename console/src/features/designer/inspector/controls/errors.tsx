import { useForm } from '../form/scope'
import type { ControlProps } from './types'
import { WordsControl } from './words'

const COMMON = ['States.ALL', 'States.TaskFailed', 'States.Timeout', 'States.DataLimitExceeded']
const OF_TASKS = ['States.HeartbeatTimeout', 'States.Permissions']
const OF_LAMBDA = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
]
const OF_HTTP = ['States.Http.Socket', 'States.Http.StatusCode.429', 'States.Http.StatusCode.503']
const OF_MAP = [
  'States.ExceedToleratedFailureThreshold',
  'States.ItemReaderFailed',
  'States.ResultWriterFailed',
]

/** Names of errors that such a state may fail with, to choose from; any other may be typed. */
export function ErrorsControl(props: ControlProps) {
  const { state, language } = useForm()
  const resource = state?.resource ?? ''
  const known = [
    ...COMMON,
    language === 'JSONata' ? 'States.QueryEvaluationError' : 'States.IntrinsicFailure',
    ...(state?.type === 'Task' ? OF_TASKS : []),
    ...(/:lambda:/.test(resource) ? OF_LAMBDA : []),
    ...(/:http:invoke/.test(resource) ? OF_HTTP : []),
    ...(state?.type === 'Map' ? OF_MAP : []),
    ...(state?.type === 'Parallel' ? ['States.BranchFailed'] : []),
  ]
  return <WordsControl {...props} known={known} />
}
