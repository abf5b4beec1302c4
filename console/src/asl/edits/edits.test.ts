import { describe, expect, it } from 'vitest'
import { allLinks } from '~/asl/edges'
import type { StateNode } from '~/asl/program'
import { nodeAt } from '~/asl/tree'
import { fixtures, read } from '../../../tests/definitions'
import * as model from '../../../tests/model'
import { type Data, fromOf, holderOf, type Kind, namesIn, PASS, tryAt } from '../../../tests/trials'
import { addState } from './add-state'
import { appendState } from './append-state'
import { connect } from './connect'
import { deleteStates } from './delete-states'
import { EXIT } from './fragment'
import { insertOnEdge } from './insert-state'
import { addItem, type List, moveItem, removeItem } from './list-items'
import { renameState } from './rename-state'
import { setField } from './set-field'

const listsOf = (state: StateNode) =>
  (['Choices', 'Catch', 'Retry', 'Branches'] as const).filter(list => Array.isArray(state.value[list]))
const ITEMS: Record<List, Data> = {
  Choices: { Variable: '$.new', IsPresent: true, Next: 'nowhere' },
  Catch: { ErrorEquals: ['New'], Next: 'nowhere' },
  Retry: { ErrorEquals: ['New'], MaxAttempts: 1 },
  Branches: { StartAt: 'New', States: { New: { Type: 'Succeed' } } },
}

const KINDS: Record<string, Kind> = {
  insert(source, program, dice) {
    const edge = dice.pick(allLinks(program))?.edge
    if (!edge) return undefined
    return {
      command: insertOnEdge(source, program, edge, [['New one', { ...PASS, Next: EXIT }]]),
      expect: machine => {
        const { holder, key, states } = holderOf(machine, program, edge)
        model.insert(states, holder, key, 'New one', PASS)
      },
      touched: fromOf(program, edge),
      cutMax: 80,
    }
  },
  append(source, program, dice) {
    const state = dice.pick(
      [...program.states.values()].filter(({ type }) => !/^(Succeed|Fail|Choice)$/.test(type)),
    )
    if (!state) return undefined
    return {
      command: appendState(source, program, state.id, [['New one', { ...PASS, Next: EXIT }]]),
      expect: machine => {
        const found = model.find(machine, state.name)
        model.insert(found.states, found.state, 'Next', 'New one', PASS)
      },
      touched: [state.name],
      cutMax: 80,
    }
  },
  add(source, program, dice) {
    const scope = dice.pick([...program.scopes.values()])
    if (!scope) return undefined
    return {
      command: addState(source, program, scope.id, [['New one', { ...PASS, Next: EXIT }]]),
      expect: machine => {
        const { states } = holderOf(machine, program, { kind: 'start', scope: scope.id })
        states['New one'] = { ...PASS, End: true }
      },
      touched: [],
      cutMax: 0,
    }
  },
  delete(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    if (!state) return undefined
    const links = allLinks(program).filter(link => link.scope === state.scope && link.to === state.name)
    return {
      command: deleteStates(source, program, [state.id]),
      expect: machine => model.remove(machine, state.name),
      touched: [state.name, ...namesIn(state), ...links.flatMap(link => fromOf(program, link.edge))],
      cutMax: source.text.length,
    }
  },
  deleteTwo(source, program, dice) {
    const scope = dice.pick([...program.scopes.values()])
    const [one, two] = [dice.pick(scope?.states ?? []), dice.pick(scope?.states ?? [])]
    if (!one || !two || one === two) return undefined
    const around = [...program.states.values()].filter(state => one.id.startsWith(`${state.id}/`))
    return {
      command: deleteStates(source, program, [
        one.id,
        ...one.children.flatMap(child => child.states.map(({ id }) => id)),
        two.id,
      ]),
      expect: machine => {
        model.remove(machine, one.name)
        model.remove(machine, two.name)
      },
      // Which neighbours are led elsewhere is the model's to say.
      touched: [...(scope?.states ?? []), ...around].flatMap(state => [state.name, ...namesIn(state)]),
      cutMax: source.text.length,
    }
  },
  rename(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    if (!state) return undefined
    const name = dice.pick(['Renamed', 'Neu: ü #1', "it's", 'a "b" \\ c', '{x}', '12', 'true', '~/0']) ?? ''
    const links = allLinks(program).filter(link => link.scope === state.scope && link.to === state.name)
    return {
      command: renameState(source, program, state.id, name),
      expect: machine => model.rename(machine, state.name, name),
      touched: [state.name, ...links.flatMap(link => fromOf(program, link.edge))],
      cutMax: (links.length + 1) * (JSON.stringify(state.name).length + 20),
    }
  },
  set(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    if (!state) return undefined
    const key =
      dice.pick([
        'Comment',
        'ResultPath',
        'Parameters',
        'TimeoutSeconds',
        'x-new',
        ...Object.keys(state.value),
      ]) ?? ''
    const value = dice.pick<unknown>([
      'a text',
      'two\nlines',
      "it's: #1",
      '',
      7,
      1.5,
      null,
      true,
      [],
      {},
      { a: 1 },
      ['x', 'y'],
      { a: { b: [1, { c: '{% $x %}' }] } },
      { 'message.$': '$.a', deep: { er: ['x'] } },
    ])
    const size = JSON.stringify(state.value[key] ?? '', null, 4).length
    return {
      command: setField(
        source,
        program,
        `${state.id}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        value,
      ),
      expect: machine => {
        model.find(machine, state.name).state[key] = value
      },
      touched: [state.name, ...namesIn(state)],
      cutMax: size * 4 + 40,
    }
  },
  deepen(source, program, dice) {
    const state = dice.pick(
      [...program.states.values()].filter(({ value }) => typeof value.Parameters === 'object'),
    )
    if (!state) return undefined
    const change = (parameters: Data) => {
      const keys = Object.keys(parameters)
      const key = keys[keys.length - 1]
      return { first: 'new', ...parameters, ...(key ? { [key]: [1, 'two'] } : {}), last: { new: [true] } }
    }
    return {
      command: setField(source, program, `${state.id}/Parameters`, change(state.value.Parameters as Data)),
      expect: machine => {
        const found = model.find(machine, state.name).state
        found.Parameters = change(found.Parameters as Data)
      },
      touched: [state.name],
      cutMax: source.text.length,
    }
  },
  unset(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    const key = state && dice.pick(Object.keys(state.value))
    if (!state || key === undefined) return undefined
    return {
      command: setField(source, program, `${state.id}/${key}`, undefined),
      expect: machine => {
        delete model.find(machine, state.name).state[key]
      },
      touched: [state.name, ...namesIn(state)],
      cutMax: source.text.length,
    }
  },
  connect(source, program, dice) {
    const link = dice.pick(allLinks(program))
    const scope = link && program.scopes.get(link.scope)
    const target = scope && dice.pick(scope.states)
    if (!link || !target) return undefined
    return {
      command: connect(source, program, link.edge, target.id),
      expect: machine => {
        const { holder, key } = holderOf(machine, program, link.edge)
        holder[key] = target.name
      },
      touched: fromOf(program, link.edge),
      cutMax: JSON.stringify(link.to).length + 10,
    }
  },
  addItem(source, program, dice) {
    const state = dice.pick(
      [...program.states.values()].filter(({ type }) => /Task|Choice|Map|Parallel/.test(type)),
    )
    if (!state) return undefined
    const list =
      state.type === 'Choice'
        ? 'Choices'
        : (dice.pick<List>(state.type === 'Parallel' ? ['Branches', 'Catch'] : ['Catch', 'Retry']) ?? 'Catch')
    const index = dice.number(3)
    return {
      command: addItem(source, program, state.id, list, ITEMS[list], index),
      expect: machine => {
        const found = model.find(machine, state.name).state
        const items = [...((found[list] ?? []) as Data[])]
        items.splice(index, 0, ITEMS[list])
        found[list] = items
      },
      touched: [state.name],
      cutMax: 0,
    }
  },
  removeItem(source, program, dice) {
    const state = dice.pick([...program.states.values()].filter(found => listsOf(found).length > 0))
    const list = state && dice.pick(listsOf(state))
    if (!state || !list) return undefined
    const index = dice.number((state.value[list] as Data[]).length)
    return {
      command: removeItem(source, program, state.id, list, index),
      expect: machine => {
        const found = model.find(machine, state.name).state
        const items = (found[list] as Data[]).filter((_, at) => at !== index)
        found[list] = items
        if (items.length === 0 && list !== 'Choices') delete found[list]
      },
      touched: [state.name, ...namesIn(state)],
      cutMax: JSON.stringify(state.value[list], null, 8).length * 2 + 200,
    }
  },
  moveItem(source, program, dice) {
    const state = dice.pick([...program.states.values()].filter(found => listsOf(found).length > 0))
    const list = state && dice.pick(listsOf(state))
    if (!state || !list) return undefined
    const count = (state.value[list] as Data[]).length
    const [from, to] = [dice.number(count), dice.number(count)]
    return {
      command: moveItem(source, program, state.id, list, from, to),
      expect: machine => {
        const items = model.find(machine, state.name).state[list] as Data[]
        items.splice(to, 0, ...items.splice(from, 1))
      },
      touched: [state.name, ...namesIn(state)],
      cutMax: JSON.stringify(state.value[list], null, 8).length * 2 + 200,
    }
  },
}

describe.each(fixtures)('$file', ({ source }) => {
  it.each(Object.entries(KINDS))('%s', (_, kind) => tryAt(source, kind))

  it('finds every state where its pointer says', () => {
    const program = read(source)
    for (const state of program.states.values())
      expect(nodeAt(program.tree, state.id)?.value).toEqual(state.value)
  })
})
