import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { USUAL_PLACE } from '~/asl/place'
import { usePlace } from '~/data/place'
import { type Catalogue, palette, sdkActions } from '../api/language'
import { actionItem, flowItems, type Item, patternItems, serviceItems } from './items'

/** What the server can call does not change while it runs. */
const KEPT = { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY }

export function useCatalogue(): Catalogue | undefined {
  return useQuery({ queryKey: ['palette'], queryFn: ({ signal }) => palette(signal), ...KEPT }).data
}

/** Flow states and what the server knows best, as one list. Its ARNs are of where the console looks. */
export function useItems(): Item[] {
  const catalogue = useCatalogue()
  const place = usePlace() ?? USUAL_PLACE
  return useMemo(
    () => [...flowItems(place), ...patternItems(place), ...serviceItems(catalogue)],
    [place, catalogue],
  )
}

/** The actions of SDK services, each asked for when it is wanted first. */
export function useSdkItems(services: { id: string; title: string }[]): { items: Item[]; loading: boolean } {
  const answers = useQueries({
    queries: services.map(({ id }) => ({
      queryKey: ['palette', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => sdkActions(id, signal),
      ...KEPT,
    })),
  })
  const items = answers.flatMap((answer, index) => {
    const service = services[index]
    return service
      ? (answer.data ?? []).map(action => actionItem(`${service.title} (SDK)`, service.id, action))
      : []
  })
  return { items, loading: answers.some(answer => answer.isLoading) }
}
