import { Transaction } from '@codemirror/state'
import { expect, test } from 'vitest'
import { DesignDocument } from './document'

const TEXT = `{
  "StartAt": "Pick",
  "States": {
    "Pick": { "Type": "Pass", "Next": "Pack" },
    "Pack": { "Type": "Succeed" }
  }
}
`

const open = (text = TEXT) => new DesignDocument({ text, format: 'json' })

let clock = 0

/** Types like a person in the code pane. */
function type(document: DesignDocument, at: number, text: string, pause = 10) {
  for (const [index, character] of [...text].entries()) {
    clock += pause
    document.accept([
      document.editorState.update({
        changes: { from: at + index, insert: character },
        selection: { anchor: at + index + 1 },
        userEvent: 'input.type',
        annotations: Transaction.time.of(clock),
      }),
    ])
  }
}

function replaceCommand(document: DesignDocument, from: string, to: string, select?: string) {
  const start = document.source.text.indexOf(from)
  document.dispatch({
    label: `${from} became ${to}`,
    edits: [{ start, end: start + from.length, insert: to }],
    select,
  })
}

test('one undo stack for commands and typing leads back to the first byte and selection', () => {
  const document = open()
  document.select('/States/Pick')
  replaceCommand(document, '"Type": "Pass"', '"Type": "Wait"', '/States/Pack')
  type(document, 1, '\n  "Comment": "x",')
  replaceCommand(document, '"Succeed"', '"Fail"', '/States/Pick')
  const last = document.source.text
  expect(document.snapshot().dirty).toBe(true)

  expect(document.undo()).toBe(true)
  expect(document.source.text).toContain('"Succeed"')
  expect(document.snapshot().selection).toBe('/States/Pack')
  document.undo()
  expect(document.source.text).not.toContain('Comment')
  document.undo()
  expect(document.source.text).toBe(TEXT)
  expect(document.snapshot()).toMatchObject({ selection: '/States/Pick', dirty: false, canUndo: false })
  expect(document.undo()).toBe(false)

  while (document.redo());
  expect(document.source.text).toBe(last)
  expect(document.snapshot().selection).toBe('/States/Pick')
})

test('typing in one go is one step, and a command does not join it', () => {
  const document = open()
  type(document, TEXT.length, 'abc')
  replaceCommand(document, '"Pass"', '"Wait"')
  type(document, document.source.text.length, 'de')
  document.undo()
  expect(document.source.text.endsWith('abc')).toBe(true)
  document.undo()
  expect(document.source.text.endsWith('abc')).toBe(true)
  document.undo()
  expect(document.source.text).toBe(TEXT)
})

test('selecting is not a step', () => {
  const document = open()
  document.select('/States/Pack')
  document.select('/States/Pick')
  expect(document.snapshot().canUndo).toBe(false)
  expect(document.editorState.selection.main.head).toBe(TEXT.indexOf('Pick": {'))
})

test('while the text is broken the last good program stays', () => {
  const document = open()
  type(document, TEXT.length - 2, ',')
  const { reading } = document.snapshot()
  expect(reading.program?.states.size).toBe(2)
  expect(reading.current).toBe(false)
  expect(reading.broken?.offset).toBeGreaterThan(0)
  document.undo()
  expect(document.snapshot().reading).toMatchObject({ current: true, broken: undefined })
})

test('a change of format is undone with its text', () => {
  const document = open('{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}')
  const yaml = 'StartAt: A\nStates:\n  A:\n    Type: Succeed\n'
  const end = document.source.text.length
  document.dispatch({ label: 'YAML', edits: [{ start: 0, end, insert: yaml }], format: 'yaml' })
  expect(document.snapshot().reading).toMatchObject({ current: true, broken: undefined })
  document.undo()
  expect(document.source).toEqual({
    text: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
    format: 'json',
  })
  expect(document.snapshot().reading.current).toBe(true)
  document.redo()
  expect(document.source).toEqual({ text: yaml, format: 'yaml' })
})

test('line ends stay as they are', () => {
  const crlf = TEXT.replaceAll('\n', '\r\n')
  const document = open(crlf)
  replaceCommand(document, 'Pass', 'Wait')
  expect(document.source.text).toBe(crlf.replace('Pass', 'Wait'))
  document.undo()
  expect(document.source.text).toBe(crlf)
})

test('saved text is clean again, however it came back', () => {
  const document = open()
  type(document, 0, ' ')
  document.markSaved()
  expect(document.isDirty).toBe(false)
  document.undo()
  expect(document.isDirty).toBe(true)
  document.redo()
  expect(document.isDirty).toBe(false)
})

test('a long text is read later, and at once when somebody must know', () => {
  const document = open(`${TEXT}${' '.repeat(70_000)}`)
  const at = TEXT.indexOf('Pack')
  type(document, at, 'X')
  expect(document.snapshot().reading.current).toBe(false)
  expect(document.read().program?.states.get('/States/Pick')?.next).toBe('XPack')
  expect(document.snapshot().reading.current).toBe(true)
})
