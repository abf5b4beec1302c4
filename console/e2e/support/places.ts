type Search = Record<string, string | readonly string[]>

/** Addresses of screens, relative to where the console is. */
export const places = {
  machine: (arn: string, search?: Search) => `./#/machines/${encodeURIComponent(arn)}${query(search)}`,
  execution: (arn: string, search?: Search) => `./#/executions/${encodeURIComponent(arn)}${query(search)}`,
  mapRun: (arn: string) => `./#/mapruns/${encodeURIComponent(arn)}`,
  screen: (name: string, search?: Search) => `./#/${name}${query(search)}`,
}

/** As the console writes them: texts as they are, lists as JSON. */
function query(search: Search = {}): string {
  const pairs = Object.entries(search).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  const text = new URLSearchParams(pairs).toString()
  return text && `?${text}`
}
