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

function scopes(scope: Data): Data[] {
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

/** A copy of a state under another name; states in it get other names too. */
export function copied(state: Data, name: string): Data {
  const copy = structuredClone(state)
  const holder: Data = { States: { [name]: copy } }
  references(holder, (place, key) => {
    if (place[key] === name) place[key] = `${name} (2)`
  })
  for (const scope of scopes(holder).slice(1)) {
    const states = scope.States as Record<string, Data>
    references(scope, (place, key) => {
      if (Object.hasOwn(states, String(place[key]))) place[key] = `${place[key]} (2)`
    })
    scope.States = Object.fromEntries(Object.entries(states).map(([inner, value]) => [`${inner} (2)`, value]))
  }
  return copy
}

/** Puts states of one scope into a container of their own. */
export function wrap(machine: Data, names: string[], into: string) {
  const { scope, states } = find(machine, names[0] ?? '')
  const inner: Record<string, Data> = {}
  const entered: string[] = []
  const taken = new Set(scopes(machine).flatMap(found => Object.keys(found.States as Data)))
  let name = into
  for (let count = 2; taken.has(name); count++) name = `${into} (${count})`
  references(scope, (holder, key, from) => {
    if (!names.includes(String(holder[key])) || names.includes(from ?? '')) return
    entered.push(String(holder[key]))
    holder[key] = name
  })
  for (const wrapped of names) {
    inner[wrapped] = states[wrapped] ?? {}
    delete states[wrapped]
  }
  const body: Data = { StartAt: entered[0] ?? names[0], States: inner }
  const exits: string[] = []
  let ends = false
  references(body, (holder, key, from) => {
    if (from === undefined || names.includes(String(holder[key]))) return
    exits.push(String(holder[key]))
    if (holder === inner[from] && key === 'Next') {
      delete holder.Next
      holder.End = true
    } else {
      holder[key] = 'Done'
      ends = true
    }
  })
  if (ends) {
    let done = 'Done'
    for (let count = 2; taken.has(done); count++) done = `Done (${count})`
    references(body, (holder, key) => {
      if (holder[key] === 'Done' && !names.includes('Done')) holder[key] = done
    })
    inner[done] = { Type: 'Succeed' }
  }
  const parts =
    into === 'Map'
      ? { ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...body } }
      : { Branches: [body] }
  states[name] = { Type: into, ...parts, ...(exits[0] === undefined ? { End: true } : { Next: exits[0] }) }
}
