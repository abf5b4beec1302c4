/**
 * What commands mean, on plain data: written without the code that it judges.
 * A definition is a value of JSON; a state is found by its name, which is unique in all fixtures.
 */
export type Data = Record<string, unknown>

interface Place {
  scope: Data
  states: Record<string, Data>
  state: Data
}

export function scopes(scope: Data): Data[] {
  const inner = Object.values((scope.States ?? {}) as Record<string, Data>).flatMap(state => [
    ...(((state.Type === 'Parallel' && state.Branches) || []) as Data[]),
    ...((state.Type === 'Map' ? [state.ItemProcessor ?? state.Iterator] : []) as Data[]),
  ])
  return [scope, ...inner.flatMap(scopes)]
}

export function find(machine: Data, name: string): Place {
  for (const scope of scopes(machine)) {
    const states = scope.States as Record<string, Data>
    const state = states?.[name]
    if (state) return { scope, states, state }
  }
  throw new Error(`no state ${name}`)
}

/** Calls `visit` for each object and key that names a state of a scope. */
function references(scope: Data, visit: (holder: Data, key: string, state: string | undefined) => void) {
  const call = (holder: Data, key: string, state: string | undefined) => {
    if (typeof holder[key] === 'string') visit(holder, key, state)
  }
  call(scope, 'StartAt', undefined)
  for (const [name, state] of Object.entries(scope.States as Record<string, Data>)) {
    call(state, 'Next', name)
    call(state, 'Default', name)
    for (const rule of [...((state.Choices ?? []) as Data[]), ...((state.Catch ?? []) as Data[])])
      call(rule, 'Next', name)
  }
}

export function rename(machine: Data, name: string, to: string) {
  const { scope, states } = find(machine, name)
  references(scope, (holder, key) => {
    if (holder[key] === name) holder[key] = to
  })
  scope.States = Object.fromEntries(
    Object.entries(states).map(([key, state]) => [key === name ? to : key, state]),
  )
}

export function remove(machine: Data, name: string) {
  detach(machine, name)
  delete find(machine, name).states[name]
}

/** What led to the state leads to where it led. */
export function detach(machine: Data, name: string) {
  const { scope, states, state } = find(machine, name)
  const choices = (state.Choices ?? []) as Data[]
  const main = state.Type === 'Choice' ? (state.Default ?? choices.find(rule => rule.Next)?.Next) : state.Next
  const dead = state.Type === 'Succeed' || state.Type === 'Fail' || main === name
  const next = dead ? undefined : (main as string | undefined)
  references(scope, (holder, key, from) => {
    if (holder[key] !== name || from === name) return
    const isCatch = from !== undefined && ((states[from]?.Catch ?? []) as Data[]).includes(holder)
    if (next !== undefined && (from !== next || isCatch)) {
      holder[key] = next
    } else if (from === undefined) {
      const other = Object.keys(states).find(key => key !== name)
      if (other === undefined) delete holder[key]
      else holder[key] = other
    } else {
      delete holder[key]
      if (holder === states[from] && key === 'Next') holder.End = true
    }
  })
}

/** Puts a state on what leads from `holder` by `key`. `exit` says how the new state goes on. */
export function insert(states: Record<string, Data>, holder: Data, key: string, name: string, state: Data) {
  const target = holder[key]
  const made = structuredClone(state)
  if (typeof target === 'string') made.Next = target
  else made.End = true
  if (key === 'Next') delete holder.End
  holder[key] = name
  states[name] = made
}
