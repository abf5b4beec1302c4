import type { StateNode } from '~/asl/program'

/** Names of the drawings in `glyphs.ts`. */
export type TypeGlyph =
  | 'lambda'
  | 'task'
  | 'database'
  | 'queue'
  | 'topic'
  | 'nested'
  | 'globe'
  | 'person'
  | 'cube'
  | 'bolt'
  | 'bucket'
  | 'spark'
  | 'cloud'
  | 'choice'
  | 'wait'
  | 'pass'
  | 'succeed'
  | 'fail'
  | 'parallel'
  | 'map'
  | 'unknown'

/** How a state presents itself: its drawing, and the line under its name. */
export interface Description {
  glyph: TypeGlyph
  detail: string
}

const SERVICES: Record<string, [title: string, glyph: TypeGlyph]> = {
  lambda: ['Lambda', 'lambda'],
  dynamodb: ['DynamoDB', 'database'],
  sqs: ['SQS', 'queue'],
  sns: ['SNS', 'topic'],
  states: ['Step Functions', 'nested'],
  sfn: ['Step Functions', 'nested'],
  http: ['HTTP', 'globe'],
  apigateway: ['API Gateway', 'globe'],
  ecs: ['ECS', 'cube'],
  batch: ['Batch', 'cube'],
  eks: ['EKS', 'cube'],
  codebuild: ['CodeBuild', 'cube'],
  glue: ['Glue', 'database'],
  athena: ['Athena', 'database'],
  elasticmapreduce: ['EMR', 'cube'],
  events: ['EventBridge', 'bolt'],
  eventbridge: ['EventBridge', 'bolt'],
  s3: ['S3', 'bucket'],
  bedrock: ['Bedrock', 'spark'],
  bedrockruntime: ['Bedrock', 'spark'],
  sagemaker: ['SageMaker', 'spark'],
}

const FLOW: Record<string, TypeGlyph> = {
  Pass: 'pass',
  Choice: 'choice',
  Wait: 'wait',
  Succeed: 'succeed',
  Fail: 'fail',
  Parallel: 'parallel',
  Map: 'map',
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
const record = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : word.endsWith('ch') ? 'es' : 's'}`
/** The last part of an ARN or a name with a version. */
const tail = (arn: string) => arn.split(':function:').pop()?.split(':').slice(0, 1).join('') ?? arn

/** Reads what can be said of a state from its own fields. */
export function present(state: StateNode): Description {
  if (state.type === 'Task') return task(state)
  const glyph = FLOW[state.type] ?? 'unknown'
  return { glyph, detail: flow(state) }
}

function flow(state: StateNode): string {
  const { value } = state
  switch (state.type) {
    case 'Choice':
      return `Choice · ${plural(state.choices.length, 'rule')}`
    case 'Wait':
      return wait(value)
    case 'Fail':
      return ['Fail', text(value.Error)].filter(Boolean).join(' · ')
    case 'Parallel':
      return `Parallel · ${plural(state.children.length, 'branch')}`
    case 'Map': {
      const distributed = state.children.some(child => child.distributed)
      const most = typeof value.MaxConcurrency === 'number' ? value.MaxConcurrency : 0
      return (distributed ? 'Distributed Map' : 'Map') + (most > 0 ? ` · ${most} at a time` : '')
    }
    case '':
      return 'No type'
    default:
      return state.type
  }
}

function wait(value: Record<string, unknown>): string {
  if (typeof value.Seconds === 'number') return `Wait · ${value.Seconds} s`
  const until = text(value.Timestamp) ?? text(value.TimestampPath)
  if (until) return `Wait · until ${until}`
  const path = text(value.Seconds) ?? text(value.SecondsPath)
  return path ? `Wait · ${path}` : 'Wait'
}

function task(state: StateNode): Description {
  const resource = state.resource ?? ''
  const [, , service = '', , , ...rest] = resource.split(':')
  if (service === 'lambda') return { glyph: 'lambda', detail: `Lambda · ${tail(resource)}` }
  if (service !== 'states' || rest.length === 0) return { glyph: 'task', detail: 'Task' }
  if (rest[0] === 'activity') return { glyph: 'person', detail: `Activity · ${rest[1] ?? ''}` }
  const sdk = rest[0] === 'aws-sdk'
  const [name = '', action = ''] = sdk ? rest.slice(1) : rest
  const [title, glyph] = SERVICES[name.toLowerCase()] ?? [name, sdk ? 'cloud' : 'task']
  const plain = action.replace(/\.(sync(:2)?|waitForTaskToken)$/, '')
  return { glyph: glyph as TypeGlyph, detail: `${title} · ${subject(state, name) ?? plain}` }
}

/** What is called, where the parameters name it. */
function subject(state: StateNode, service: string): string | undefined {
  if (service !== 'lambda') return undefined
  const name = text(record(state.value.Parameters ?? state.value.Arguments).FunctionName)
  return name && !name.startsWith('{%') ? tail(name) : undefined
}
