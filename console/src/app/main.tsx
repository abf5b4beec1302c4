import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '~/ui/base.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onReturn } from '~/data/connection'
import { Failure } from '~/data/failure'
import { router } from './router'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Whether there is an internet says nothing of a server that may run on this very machine.
      networkMode: 'always',
      staleTime: 2000,
      refetchOnWindowFocus: true,
      // A server that is away is looked for by the connection; other refusals stay refusals.
      retry: (count, error) =>
        count < 2 && error instanceof Failure && error.passing && error.code !== 'Unreachable',
    },
    mutations: { networkMode: 'always' },
  },
})
onReturn(() => void queries.invalidateQueries())

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
