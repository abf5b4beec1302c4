import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { flag, oneOf, present, text, texts } from './search'
import { Shell } from './shell'

const root = createRootRoute({ component: Shell })

const machines = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>) => present({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('~/features/machines'), 'MachinesScreen'),
})

const machine = createRoute({
  getParentRoute: () => root,
  path: '/machines/$arn',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      tab: oneOf(search.tab, ['graph', 'executions', 'versions', 'settings']),
      /** Two versions to compare: a number, or `latest`. */
      from: text(search.from),
      to: text(search.to),
      /** The pointer of the state that is looked at in the graph. */
      state: text(search.state),
      /** Filters of its executions. */
      status: texts(search.status),
      search: text(search.search),
      since: text(search.since),
      until: text(search.until),
    }),
  component: lazyRouteComponent(() => import('~/features/machine'), 'MachineScreen'),
})

/** With `arn` the designer opens that machine, with `draft` a draft, with `template` a new one, which is
 * written in `language`: JSONata, or JSONPath. */
const design = createRoute({
  getParentRoute: () => root,
  path: '/design',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      arn: text(search.arn),
      draft: text(search.draft),
      template: text(search.template),
      language: text(search.language),
    }),
  component: lazyRouteComponent(() => import('~/features/designer'), 'DesignerScreen'),
})

/** Starts `machine`; with `execution`, with that one's input. */
const start = createRoute({
  getParentRoute: () => root,
  path: '/start',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      machine: text(search.machine),
      execution: text(search.execution),
    }),
  component: lazyRouteComponent(() => import('~/features/start'), 'StartScreen'),
})

const executions = createRoute({
  getParentRoute: () => root,
  path: '/executions',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      machine: text(search.machine),
      mapRun: text(search.mapRun),
      status: texts(search.status),
      search: text(search.search),
      from: text(search.from),
      to: text(search.to),
    }),
  component: lazyRouteComponent(() => import('~/features/executions'), 'ExecutionsScreen'),
})

const execution = createRoute({
  getParentRoute: () => root,
  path: '/executions/$arn',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      view: oneOf(search.view, ['graph', 'timeline', 'events']),
      /** The pointer of the selected state. */
      state: text(search.state),
      /** The id of the selected event, and how far the replay has gone. */
      event: text(search.event),
      at: text(search.at),
      /** What the events are filtered by: a text, and a kind. */
      find: text(search.find),
      kind: text(search.kind),
      edit: flag(search.edit),
    }),
  component: lazyRouteComponent(() => import('~/features/execution'), 'ExecutionScreen'),
})

/** A history from a file, AWS's or ours, in the same view. */
const imported = createRoute({
  getParentRoute: () => root,
  path: '/import',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      view: oneOf(search.view, ['graph', 'timeline', 'events']),
      state: text(search.state),
      event: text(search.event),
      at: text(search.at),
      find: text(search.find),
      kind: text(search.kind),
    }),
  component: lazyRouteComponent(() => import('~/features/execution'), 'ImportScreen'),
})

const mapRun = createRoute({
  getParentRoute: () => root,
  path: '/mapruns/$arn',
  component: lazyRouteComponent(() => import('~/features/maprun'), 'MapRunScreen'),
})

/** With `execution` and `state` one task is open: the link that is shared. */
const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>) =>
    present({
      machine: text(search.machine),
      execution: text(search.execution),
      state: text(search.state),
      /** The event that scheduled it, where a state has several tasks at once. */
      event: text(search.event),
    }),
  component: lazyRouteComponent(() => import('~/features/approvals'), 'ApprovalsScreen'),
})

const activities = createRoute({
  getParentRoute: () => root,
  path: '/activities',
  component: lazyRouteComponent(() => import('~/features/activities'), 'ActivitiesScreen'),
})

const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('~/features/system'), 'SystemScreen'),
})

export const routeTree = root.addChildren([
  machines,
  machine,
  design,
  start,
  executions,
  execution,
  imported,
  mapRun,
  approvals,
  activities,
  system,
])
