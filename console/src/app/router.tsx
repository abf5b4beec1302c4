import { createHashHistory, createRouter } from '@tanstack/react-router'
import { Loading } from '~/ui/feedback'
import { Broken, Nowhere } from './broken'
import { routeTree } from './routes'

/** The address is behind a `#`: it works under any path that a proxy puts the console at, and the
 * server needs to know no screens. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Nowhere,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
