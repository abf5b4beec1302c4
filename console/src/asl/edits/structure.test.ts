import { describe, expect, it } from 'vitest'
import { applyEdits } from '~/asl/apply'
import { allLinks } from '~/asl/edges'
import type { Source } from '~/asl/program'
import { fixtures, read } from '../../../tests/definitions'
import * as model from '../../../tests/model'
import { type Data, fromOf, holderOf, type Kind, namesIn, tryAt } from '../../../tests/trials'
import { changeType } from './change-type'
import type { Command } from './command'
import { duplicateState } from './duplicate-state'
import { moveState } from './move-state'
import { copyStates, pasteStates } from './paste-states'
import { wrapStates } from './wrap-states'

const isPlain = (type: string) => !/^(Choice|Succeed|Fail)$/.test(type)

const KINDS: Record<string, Kind> = {
  duplicate(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    if (!state) return undefined
    return {
      command: duplicateState(source, program, state.id),
      expect: machine => {
        const { states, state: found } = model.find(machine, state.name)
        const copy = model.copied(found, state.name)
        states[`${state.name} (2)`] = copy
        if (!isPlain(state.type)) return
        delete found.End
        found.Next = `${state.name} (2)`
      },
      touched: [state.name],
      cutMax: 200,
    }
  },
  move(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    const edge = dice.pick(allLinks(program))?.edge
    if (!state || !edge) return undefined
    const links = allLinks(program).filter(link => link.scope === state.scope && link.to === state.name)
    return {
      command: moveState(source, program, state.id, edge),
      expect: machine => {
        const { holder, key, states } = holderOf(machine, program, edge)
        const target = holder[key]
        model.detach(machine, state.name)
        const old = model.find(machine, state.name)
        delete old.states[state.name]
        if (state.type === 'Choice' && target !== undefined) old.state.Default = target
        if (isPlain(state.type)) {
          delete old.state.Next
          delete old.state.End
          if (target === undefined) old.state.End = true
          else old.state.Next = target
        }
        if (key === 'Next' && holder.End) delete holder.End
        holder[key] = state.name
        states[state.name] = old.state
      },
      touched: [
        state.name,
        ...namesIn(state),
        ...fromOf(program, edge),
        ...links.flatMap(link => fromOf(program, link.edge)),
      ],
      cutMax: source.text.length,
      refusals: /stands there already|cannot be moved into itself|stays behind/,
    }
  },
  wrap(source, program, dice) {
    const state = dice.pick([...program.states.values()])
    if (!state) return undefined
    const second =
      dice.number(2) === 1 ? program.states.get(state.id.replace(/[^/]*$/, state.next ?? '')) : undefined
    const into = dice.number(2) === 1 ? 'Map' : 'Parallel'
    const chosen = second && second !== state ? [state, second] : [state]
    const names = chosen.map(({ name }) => name)
    const around = [...program.states.values()].filter(outer =>
      chosen.some(({ id }) => id.startsWith(`${outer.id}/`)),
    )
    const links = allLinks(program).filter(link => link.scope === state.scope && names.includes(link.to))
    return {
      command: wrapStates(
        source,
        program,
        chosen.map(({ id }) => id),
        into,
      ),
      expect: machine => model.wrap(machine, names, into),
      touched: [
        ...names,
        ...chosen.flatMap(namesIn),
        ...around.map(({ name }) => name),
        ...links.flatMap(link => fromOf(program, link.edge)),
      ],
      cutMax: source.text.length,
      refusals: /several ways|way out/,
    }
  },
}

describe.each(fixtures)('$file', ({ source }) => {
  it.each(Object.entries(KINDS))('%s', (_, kind) => tryAt(source, kind))
})

/** The text after a command, or why it is refused. */
function textAfter(source: Source, command: Command): string {
  return 'refused' in command ? command.refused : applyEdits(source.text, command.edits)
}

const json = (text: string): Source => ({ text, format: 'json' })

const MACHINE = json(`{
  "StartAt": "A",
  "States": {
    "A": {
      "Type": "Task",
      "Comment": "first",
      "Resource": "r",
      "Parameters": {"x": 1},
      "Retry": [{"ErrorEquals": ["X"]}],
      "Next": "B"
    },
    "B": {
      "Type": "Parallel",
      "Branches": [{"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}],
      "End": true
    }
  }
}
`)

describe('changeType', () => {
  const program = read(MACHINE)
  it('keeps what the new type has, and gives what it must have', () => {
    expect(textAfter(MACHINE, changeType(MACHINE, program, '/States/A', 'Wait'))).toContain(`    "A": {
      "Type": "Wait",
      "Comment": "first",
      "Seconds": 5,
      "Next": "B"
    },
`)
    expect(textAfter(MACHINE, changeType(MACHINE, program, '/States/A', 'Fail'))).toContain(`    "A": {
      "Type": "Fail",
      "Comment": "first"
    },
`)
    expect(textAfter(MACHINE, changeType(MACHINE, program, '/States/A', 'Choice'))).toContain(`    "A": {
      "Type": "Choice",
      "Comment": "first",
      "Choices": [
        {
          "Variable": "$.value",
          "IsPresent": true,
          "Next": "B"
        }
      ],
      "Default": "B"
    },
`)
  })
  it('loses no states', () => {
    expect(textAfter(MACHINE, changeType(MACHINE, program, '/States/B', 'Pass'))).toBe(
      'B contains 1 states, among them C. Move or delete them first.',
    )
  })
  it.each(fixtures)('gives a definition that can be read: $file', ({ source }) => {
    const all = read(source)
    for (const state of all.states.values()) {
      for (const type of ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const) {
        const command = changeType(source, all, state.id, type)
        if ('refused' in command) {
          expect(command.refused).toMatch(/Move or delete them first|anchor/)
          continue
        }
        const changed = read({ ...source, text: applyEdits(source.text, command.edits) }).states.get(state.id)
        expect(changed?.type).toBe(type)
        expect(changed?.comment).toBe(state.comment)
      }
    }
  })
})

describe('copy and paste', () => {
  it.each(fixtures)('of all states of $file brings them again, with other names', ({ source }) => {
    const program = read(source)
    const text = copyStates(
      source,
      program,
      program.top.states.map(({ id }) => id),
    )
    for (const format of ['json', 'yaml'] as const) {
      const empty = {
        format,
        text: format === 'json' ? '{"StartAt":"","States":{}}' : 'States: {}\n',
      } as Source
      const pasted = textAfter(empty, pasteStates(empty, read(empty), { into: '' }, text))
      const states = (program.tree.value as Data).States
      const shared = /[&*]\w+/.test(source.text) && source.format === 'yaml'
      if (!shared) expect((read({ format, text: pasted }).tree.value as Data).States).toEqual(states)
    }
    const edge = { kind: 'start', scope: '' } as const
    const twice = pasteStates(source, program, edge, text)
    if ('refused' in twice) expect(twice.refused).toMatch(/anchor|named/)
    else
      expect(read({ ...source, text: textAfter(source, twice) }).states.size).toBeGreaterThanOrEqual(
        program.states.size * 2,
      )
  })

  it('takes a single state, and lets it lead to where the edge went', () => {
    const program = read(MACHINE)
    const text = 'Type: Pass\nComment: from YAML\nNext: Elsewhere\n'
    const pasted = textAfter(
      MACHINE,
      pasteStates(MACHINE, program, { kind: 'next', from: '/States/A' }, text),
    )
    expect(pasted).toContain(`      "Next": "Pass"
    },
    "Pass": {
      "Type": "Pass",
      "Comment": "from YAML",
      "Next": "B"
    },
`)
  })

  it('refuses what is no state', () => {
    const program = read(MACHINE)
    const paste = (text: string) => textAfter(MACHINE, pasteStates(MACHINE, program, { into: '' }, text))
    expect(paste('"hello"')).toBe('This is no text of states: neither JSON nor YAML.')
    expect(paste('{"a": {"b": 1}}')).toBe('a has no Type: this is no text of states.')
    expect(paste('{"States": {}}')).toBe('There are no states in this text.')
  })
})
