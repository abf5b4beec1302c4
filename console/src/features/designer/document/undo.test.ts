import { Transaction } from '@codemirror/state'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { convert } from '~/asl/convert'
import { appendState } from '~/asl/edits/append-state'
import { deleteStates } from '~/asl/edits/delete-states'
import { duplicateState } from '~/asl/edits/duplicate-state'
import { renameState } from '~/asl/edits/rename-state'
import { setField } from '~/asl/edits/set-field'
import { machineTemplates, newMachine } from '~/asl/machines'
import type { Program, Source } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { newState } from '~/asl/templates'
import { type Command, DesignDocument } from './document'

type Step =
  | { kind: 'command'; which: number; state: number }
  | { kind: 'type'; at: number; text: string; pause: number }
  | { kind: 'erase'; at: number; length: number }
  | { kind: 'select'; state: number }
  | { kind: 'format' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('command'), which: fc.nat(4), state: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('type'),
      at: fc.nat(5000),
      text: fc.constantFrom(' ', 'x', '\n', '"', '},', 'ü𝄞'),
      pause: fc.constantFrom(10, 2000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('erase'), at: fc.nat(5000), length: fc.nat(30) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('select'), state: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('format') }) },
) as fc.Arbitrary<Step>

function commandOf(which: number, source: Source, program: Program, id: string): Command {
  if (which === 0) return renameState(source, program, id, `Renamed ${program.states.size}`)
  if (which === 1) return deleteStates(source, program, [id])
  if (which === 2) return appendState(source, program, id, newState('Wait', 'JSONata'))
  if (which === 3) return duplicateState(source, program, id)
  return setField(source, program, `${id}/Comment`, 'with "quotes"\nand lines')
}

/** As many mixtures as a few seconds allow; `RUNS=300` asks for more. */
const RUNS = Number(process.env.RUNS ?? 60)

let clock = 0

function take(document: DesignDocument, step: Step) {
  const ids = [...(document.read().program?.states.keys() ?? [])]
  const idAt = (index: number) => ids[index % Math.max(ids.length, 1)] ?? ''
  const { length } = document.source.text
  if (step.kind === 'select') document.select(idAt(step.state))
  else if (step.kind === 'command') {
    document.run((source, program) => commandOf(step.which, source, program, idAt(step.state)))
  } else if (step.kind === 'format') {
    document.run((source, program) => {
      const { edit, format } = convert(source, program)
      return { label: 'format', edits: [edit], format }
    })
  } else {
    const from = Math.min(step.at, length)
    const changes =
      step.kind === 'type' ? { from, insert: step.text } : { from, to: Math.min(from + step.length, length) }
    clock += step.kind === 'type' ? step.pause : 10
    const userEvent = step.kind === 'type' ? 'input.type' : 'delete.selection'
    const annotations = Transaction.time.of(clock)
    document.accept([document.editorState.update({ changes, userEvent, annotations })])
  }
}

/** What is read of the edits is what is read of the whole text. */
function expectRead(document: DesignDocument) {
  const { program, broken } = readProgram(document.source)
  const { current, ...read } = document.read()
  expect({ current, broken: read.broken }).toEqual({ current: program !== undefined, broken })
  if (program) expect(read.program).toEqual(program)
}

const scenes = fc.record({
  template: fc.constantFrom(...machineTemplates),
  format: fc.constantFrom('json' as const, 'yaml' as const),
  steps: fc.array(step, { maxLength: 25 }),
  selected: fc.nat(20),
})

test('a state of a text that cannot be read any more can be selected', () => {
  const template = machineTemplates[0]
  if (!template) throw new Error('there are templates')
  const document = new DesignDocument({ text: newMachine(template, 'JSONata', 'yaml'), format: 'yaml' })
  const last = [...(document.read().program?.states.keys() ?? [])].at(-1)
  const { length } = document.source.text
  const changes = { from: 0, to: length, insert: '{' }
  document.accept([document.editorState.update({ changes, userEvent: 'delete.selection' })])
  document.select(last)
  expect(document.selection).toBe(last)
  expect(document.editorState.selection.main.anchor).toBeLessThanOrEqual(document.source.text.length)
})

test('undo leads back to the first byte and selection, redo to the last, whatever was done', () => {
  fc.assert(
    fc.property(scenes, ({ template, format, steps, selected }) => {
      const first: Source = { text: newMachine(template, 'JSONata', format), format }
      const document = new DesignDocument(first)
      const ids = [...(document.read().program?.states.keys() ?? [])]
      document.select(ids[selected % ids.length])
      let start = document.selection
      for (const step of steps) {
        // Selecting before anything was edited is where the first step began.
        if (step.kind === 'select' && !document.snapshot().canUndo) {
          take(document, step)
          start = document.selection
        } else take(document, step)
        expectRead(document)
      }
      const last = document.source
      const edited = document.snapshot().canUndo
      while (document.undo());
      expect(document.source).toEqual(first)
      expect(document.isDirty).toBe(false)
      if (edited) expect(document.selection).toBe(start)
      while (document.redo());
      expect(document.source).toEqual(last)
      expectRead(document)
    }),
    { numRuns: RUNS },
  )
}, 60_000)
