import { ChevronRight } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { languageOf, type QueryLanguage } from '~/asl/fields'
import { Field } from '~/ui/field'
import { useDocument } from '../document/context'
import { ItemRow } from './item-row'
import { FLOW_GROUP, found, type Item, PATTERN_GROUP } from './items'
import { useCatalogue, useItems, useSdkItems } from './use-items'

/** As many SDK services as a search asks for at once. */
const SDK_SEARCH_MAX = 3
/** As many results as one looks through. */
const RESULTS_MAX = 60

/** Everything that can be put into a definition. */
export function Palette({ onInsert }: { onInsert: (item: Item) => void }) {
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim())
  return (
    <section aria-label="Palette" className="flex h-full min-h-0 flex-col bg-surface" data-testid="palette">
      <Field
        label="Search states and services"
        hiddenLabel
        placeholder="Search states and services"
        value={search}
        onChange={setSearch}
        className="shrink-0 p-2"
        data-testid="palette-search"
      />
      <div className="min-h-0 flex-1 overflow-auto px-1 pb-2">
        {wanted === '' ? <Groups onInsert={onInsert} /> : <Results search={wanted} onInsert={onInsert} />}
      </div>
    </section>
  )
}

function useLanguage(): QueryLanguage {
  const { program } = useDocument().reading
  return program ? languageOf(program) : 'JSONPath'
}

function Groups({ onInsert }: { onInsert: (item: Item) => void }) {
  const items = useItems()
  const catalogue = useCatalogue()
  const language = useLanguage()
  const groups = useMemo(() => grouped(items), [items])
  return (
    <>
      {[...groups].map(([name, members]) => (
        <Group key={name} name={name} open={name === FLOW_GROUP || name === PATTERN_GROUP}>
          {members.map(item => (
            <ItemRow key={item.id} item={item} language={language} onInsert={onInsert} />
          ))}
        </Group>
      ))}
      {catalogue && catalogue.sdk.length > 0 && (
        <Group name={`All AWS services (${catalogue.sdk.length})`}>
          {catalogue.sdk.map(service => (
            <li key={service.id}>
              <Group name={service.title} inner>
                <SdkActions service={service} onInsert={onInsert} />
              </Group>
            </li>
          ))}
        </Group>
      )}
    </>
  )
}

function grouped(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item])
  return groups
}

/** What can be folded; what is folded is not there at all. */
function Group({
  name,
  open: first = false,
  inner,
  children,
}: {
  name: string
  open?: boolean
  inner?: boolean
  children: React.ReactNode
}) {
  const [open, setOpen] = useState(first)
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={`flex min-h-7 w-full cursor-pointer items-center gap-1 rounded-control px-1 text-left outline-offset-[-2px] hover:bg-hover max-sm:min-h-11 ${inner ? '' : 'mt-1 text-label font-strong text-muted'}`}
      >
        <ChevronRight size={14} aria-hidden="true" className={open ? 'shrink-0 rotate-90' : 'shrink-0'} />
        <span className="truncate">{name}</span>
      </button>
      {open && <ul className={inner ? 'pl-3' : ''}>{children}</ul>}
    </div>
  )
}

function SdkActions({
  service,
  onInsert,
}: {
  service: { id: string; title: string }
  onInsert: (item: Item) => void
}) {
  const { items, loading } = useSdkItems([service])
  const language = useLanguage()
  if (loading) return <li className="px-2 py-1 text-muted">Loading…</li>
  return items.map(item => <ItemRow key={item.id} item={item} language={language} onInsert={onInsert} />)
}

function Results({ search, onInsert }: { search: string; onInsert: (item: Item) => void }) {
  const results = useSearch(search)
  const language = useLanguage()
  if (results.length === 0) return <p className="px-2 py-2 text-muted">Nothing is called that.</p>
  return (
    <ul>
      {results.map(item => (
        <ItemRow withGroup key={item.id} item={item} language={language} onInsert={onInsert} />
      ))}
    </ul>
  )
}

/** What a search finds: known items first, then actions of SDK services that its words name. */
export function useSearch(search: string): Item[] {
  const items = useItems()
  const catalogue = useCatalogue()
  const [first = '', ...rest] = search.toLowerCase().split(/\s+/)
  const services = useMemo(
    () =>
      first.length < 2
        ? []
        : (catalogue?.sdk ?? [])
            .filter(({ id, title }) => id.startsWith(first) || title.toLowerCase().includes(first))
            .slice(0, SDK_SEARCH_MAX),
    [catalogue, first],
  )
  const sdk = useSdkItems(services)
  return [...found(items, search), ...found(sdk.items, rest.join(' '))].slice(0, RESULTS_MAX)
}
