import type { Fragment } from '~/asl/edits/fragment'
import type { QueryLanguage } from '~/asl/fields'
import { patterns } from '~/asl/patterns'
import { type ArnPlace, activityArn } from '~/asl/place'
import type { StateType } from '~/asl/program'
import { newState, newTask } from '~/asl/templates'
import type { TypeGlyph } from '~/graph/present'
import type { Catalogue, ServiceAction } from '../api/language'

/** Something that can be put into a definition. */
export interface Item {
  id: string
  /** Above which it stands in the list. */
  group: string
  label: string
  detail?: string
  /** More words that find it. */
  words?: string
  glyph: TypeGlyph
  fragment: (language: QueryLanguage) => Fragment
}

export const FLOW_GROUP = 'Flow'
export const PATTERN_GROUP = 'Patterns'

const flow = (type: StateType, glyph: TypeGlyph, detail: string): Item => ({
  id: `flow:${type}`,
  group: FLOW_GROUP,
  label: type,
  detail,
  glyph,
  fragment: language => newState(type, language),
})

/** The states that are no tasks. */
const FLOW: Item[] = [
  flow('Choice', 'choice', 'goes one way or another'),
  flow('Parallel', 'parallel', 'does several things at once'),
  flow('Map', 'map', 'does the same for each item'),
  flow('Pass', 'pass', 'passes data on, or changes it'),
  flow('Wait', 'wait', 'waits for a while, or until a time'),
  flow('Succeed', 'succeed', 'ends well'),
  flow('Fail', 'fail', 'ends with an error'),
]

/** The states that are no tasks, and the task that a worker of one's own asks for. */
export function flowItems(place: ArnPlace): Item[] {
  const activity: Item = {
    id: 'flow:activity',
    group: FLOW_GROUP,
    label: 'Activity',
    detail: 'a worker of yours asks for the work',
    words: 'task worker',
    glyph: 'person',
    fragment: language => [['Activity', newTask(activityArn(place, 'work'), language)]],
  }
  return [...FLOW, activity]
}

/** What people put together again and again. */
export function patternItems(place: ArnPlace): Item[] {
  return patterns.map(pattern => ({
    id: `pattern:${pattern.id}`,
    group: PATTERN_GROUP,
    label: pattern.title,
    detail: pattern.summary,
    glyph: 'nested',
    fragment: language => pattern.build(language, place),
  }))
}

/** What the server can call, as items. */
export function serviceItems(catalogue: Catalogue | undefined): Item[] {
  return (catalogue?.services ?? []).flatMap(service =>
    service.actions.flatMap(action =>
      // Without a pattern first: it is what most people mean.
      ['', ...(action.patterns ?? [])].map(pattern => actionItem(service.title, service.id, action, pattern)),
    ),
  )
}

const GLYPHS: Record<string, TypeGlyph> = {
  lambda: 'lambda',
  dynamodb: 'database',
  sqs: 'queue',
  sns: 'topic',
  states: 'nested',
  http: 'globe',
  apigateway: 'globe',
  ecs: 'cube',
  batch: 'cube',
  events: 'bolt',
  s3: 'bucket',
  bedrock: 'spark',
}

const PATTERN_WORDS: Record<string, string> = {
  sync: 'wait for the result',
  'sync:2': 'wait for the result as JSON',
  waitForTaskToken: 'wait for a token',
}

/** One action of a service. With a pattern, the one that waits for the result or for a token. */
export function actionItem(title: string, service: string, action: ServiceAction, pattern = ''): Item {
  const resource = pattern ? `${action.resource}.${pattern}` : action.resource
  const name = action.title ?? action.action
  return {
    id: `action:${resource}`,
    group: title,
    label: pattern ? `${name}, ${PATTERN_WORDS[pattern] ?? pattern}` : name,
    words: `${service} ${action.action}`,
    glyph: GLYPHS[service] ?? (action.resource.includes(':aws-sdk:') ? 'cloud' : 'task'),
    fragment: language => [[name, newTask(resource, language, parameters(service, pattern, language))]],
  }
}

/** What a function must be told to answer with the token; undefined leaves it to the template. */
function parameters(service: string, pattern: string, language: QueryLanguage) {
  if (service !== 'lambda' || pattern !== 'waitForTaskToken') return undefined
  const Payload =
    language === 'JSONata'
      ? { input: '{% $states.input %}', taskToken: '{% $states.context.Task.Token %}' }
      : { 'input.$': '$', 'taskToken.$': '$$.Task.Token' }
  return { FunctionName: 'my-function', Payload }
}

/** Those that all words of the search are found in, those whose label begins with it first. */
export function found(items: readonly Item[], search: string): Item[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const first = words[0]
  if (first === undefined) return [...items]
  const text = (item: Item) =>
    `${item.label} ${item.group} ${item.detail ?? ''} ${item.words ?? ''}`.toLowerCase()
  const rank = (item: Item) => (item.label.toLowerCase().startsWith(first) ? 0 : 1)
  return items
    .filter(item => words.every(word => text(item).includes(word)))
    .sort((a, b) => rank(a) - rank(b))
}
