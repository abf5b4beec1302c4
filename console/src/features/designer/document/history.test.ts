import { EditorState, Transaction } from '@codemirror/state'
import { expect, test } from 'vitest'
import { facts } from './fields'
import { canRedo, canUndo, history, redo, undo } from './history'

/** Types pieces one after the other, each so many milliseconds after the one before. */
function typed(...pieces: { text: string; at?: number; after?: number; userEvent?: string }[]) {
  let state = EditorState.create({ doc: '', extensions: [facts, history] })
  let time = 1000
  for (const { text, at = state.doc.length, after = 100, userEvent = 'input.type' } of pieces) {
    time += after
    const annotations = Transaction.time.of(time)
    const selection = { anchor: at + text.length }
    state = state.update({ changes: { from: at, insert: text }, selection, userEvent, annotations }).state
  }
  return state
}

/** The texts that one passes on the way back to the beginning. */
function wayBack(state: EditorState): string[] {
  const texts = [state.doc.toString()]
  const dispatch = (transaction: Transaction) => {
    state = transaction.state
  }
  while (undo({ state, dispatch })) texts.push(state.doc.toString())
  const again = [state.doc.toString()]
  while (redo({ state, dispatch })) again.push(state.doc.toString())
  expect(again.reverse()).toEqual(texts)
  expect([canUndo(state), canRedo(state)]).toEqual([true, false])
  return texts
}

test('what is typed without a pause, in one place, is one step', () => {
  expect(wayBack(typed({ text: 'a' }, { text: 'b' }, { text: 'c' }))).toEqual(['abc', ''])
})

test('a pause, another place and a paste begin a step', () => {
  expect(wayBack(typed({ text: 'a' }, { text: 'b', after: 600 }))).toEqual(['ab', 'a', ''])
  const elsewhere = typed({ text: 'abc' }, { text: 'x', after: 600 }, { text: 'y', at: 0 })
  expect(wayBack(elsewhere)).toEqual(['yabcx', 'abcx', 'abc', ''])
  const pasted = typed({ text: 'a' }, { text: 'b', userEvent: 'input.paste' }, { text: 'c' })
  expect(wayBack(pasted)).toEqual(['abc', 'ab', 'a', ''])
})

test('what an input method composes is one step, however long it takes', () => {
  const compose = { after: 5000, userEvent: 'input.type.compose' }
  expect(wayBack(typed({ text: 'に' }, { text: 'ほ', ...compose }, { text: 'ん', ...compose }))).toEqual([
    'にほん',
    '',
  ])
})

test('a cursor that was moved begins a step, and is where it was after an undo', () => {
  let state = typed({ text: 'ab' })
  state = state.update({ selection: { anchor: 0 } }).state
  state = state.update({ changes: { from: 0, insert: 'x' }, userEvent: 'input.type' }).state
  undo({ state, dispatch: transaction => (state = transaction.state) })
  expect(state.doc.toString()).toBe('ab')
  expect(state.selection.main.anchor).toBe(0)
})

test('something new takes away what could be done again, and reading only undoes nothing', () => {
  let state = typed({ text: 'a' })
  undo({ state, dispatch: transaction => (state = transaction.state) })
  expect(canRedo(state)).toBe(true)
  state = state.update({ changes: { from: 0, insert: 'z' } }).state
  expect(canRedo(state)).toBe(false)
  const locked = EditorState.create({ extensions: [facts, history, EditorState.readOnly.of(true)] })
  expect(undo({ state: locked, dispatch: () => {} })).toBe(false)
})
