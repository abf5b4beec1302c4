import { describe, expect, it } from 'vitest'
import { fixtures, read } from '../../tests/definitions'
import { applyEdits } from './apply'
import { compare } from './diff'
import type { Command } from './edits/command'
import { deleteStates } from './edits/delete-states'
import { EXIT } from './edits/fragment'
import { insertOnEdge } from './edits/insert-state'
import { renameState } from './edits/rename-state'
import { setField } from './edits/set-field'
import { mermaid } from './mermaid'
import type { Program, Source } from './program'

const fixture = (file: string) =>
  fixtures.find(found => found.file === file)?.source ?? { text: '', format: 'json' as const }
const NOTHING = {
  added: [],
  removed: [],
  changed: [],
  renamed: [],
  linksAdded: [],
  linksRemoved: [],
  machine: [],
}

function changed(source: Source, command: (source: Source, program: Program) => Command) {
  const before = read(source)
  const done = command(source, before)
  if ('refused' in done) throw new Error(done.refused)
  return compare(before, read({ ...source, text: applyEdits(source.text, done.edits) }))
}

describe('compare', () => {
  const nested = fixture('nested.json')

  it.each(fixtures)('finds nothing between $file and itself', ({ source }) => {
    expect(compare(read(source), read(source))).toEqual(NOTHING)
  })

  it('finds a state that was inserted, and the edges', () => {
    const edge = { kind: 'next', from: '/States/Prepare' } as const
    const found = changed(nested, (source, program) =>
      insertOnEdge(source, program, edge, [['New', { Type: 'Pass', Next: EXIT }]]),
    )
    expect(found).toMatchObject({ added: ['/States/New'], removed: [], renamed: [] })
    expect(found.changed).toEqual([{ before: '/States/Prepare', after: '/States/Prepare', fields: ['Next'] }])
    expect(found.linksAdded.map(link => [link.edge, link.to])).toEqual([
      [{ kind: 'next', from: '/States/Prepare' }, 'New'],
      [{ kind: 'next', from: '/States/New' }, 'Everything'],
    ])
    expect(found.linksRemoved.map(link => link.to)).toEqual(['Everything'])
  })

  it('tells a renamed state, also with states in it, from a new one', () => {
    const renamed = changed(nested, (source, program) =>
      renameState(source, program, '/States/Everything', 'All'),
    )
    expect(renamed).toEqual({ ...NOTHING, renamed: [{ before: '/States/Everything', after: '/States/All' }] })
  })

  it('names the fields that changed, of a state and of the machine', () => {
    const id = '/States/Everything/Branches/1/States/Clock'
    const found = changed(nested, (source, program) => setField(source, program, `${id}/Seconds`, 31))
    expect(found).toEqual({ ...NOTHING, changed: [{ before: id, after: id, fields: ['Seconds'] }] })
    const timeout = changed(nested, (source, program) => setField(source, program, '/TimeoutSeconds', 31))
    expect(timeout).toEqual({ ...NOTHING, machine: ['TimeoutSeconds'] })
  })

  it('finds what was deleted', () => {
    const found = changed(nested, (source, program) => deleteStates(source, program, ['/States/Apologise']))
    expect(found).toMatchObject({ added: [], removed: ['/States/Apologise'] })
    expect(found.linksRemoved).toHaveLength(2)
    expect(found.linksAdded.map(link => link.to)).toEqual(['Finish'])
  })
})

describe('mermaid', () => {
  it('draws states, containers and edges', () => {
    expect(mermaid(read(fixture('minified.json')))).toBe(`flowchart TD
  subgraph s0["Split"]
    subgraph s0_0["Branch 1"]
      s1["Left"]
      c1start((" ")) --> s1
    end
    subgraph s0_1["Branch 2"]
      s2[/"Right"/]
      s3(["Right done"])
      c2start((" ")) --> s2
      s2 --> s3
    end
  end
  s4["Sum"]
  s5{"Big"}
  s6["Report"]
  s7(["Quiet"])
  c0start((" ")) --> s0
  s0 --> s4
  s4 --> s5
  s5 -->|"$.total #62; 100 and $.vip is true"| s6
  s5 -->|"otherwise"| s7
`)
  })

  it('escapes every name', () => {
    const text =
      '{"StartAt": "x", "States": {"a\\"]\\nend; <b>#": {"Type": "Pass", "Next": "é 🧐"}, "é 🧐": {"Type": "Wait"}}}'
    const drawn = mermaid(read({ text, format: 'json' }))
    expect(drawn).toBe(`flowchart TD
  s0["a#34;#93;#10;end#59; #60;b#62;#35;"]
  s1[/"é #129488;"/]
  s0 --> s1
`)
  })
})
