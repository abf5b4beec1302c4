// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DocumentProvider, useDocument } from '../document/context'
import { DesignDocument } from '../document/document'
import { MachineForm } from './form/machine-form'
import { FormProvider, Typing } from './form/scope'
import { StateForm } from './form/state-form'

const TEXT = `{
  "StartAt": "Shape",
  "States": {
    "Shape": { "Type": "Pass", "ResultPath": "$.a", "Flavour": {"x": 1}, "Next": "Done" },
    "Call": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
      "Retry": [ { "ErrorEquals": ["E"], "MaxAttempts": 2 } ],
      "Next": "Done"
    },
    "Done": { "Type": "Succeed" }
  }
}`

let document: DesignDocument
let typing: Typing

function Form() {
  const { reading, selection } = useDocument()
  const state = selection === undefined ? undefined : reading.program?.states.get(selection)
  if (!reading.program) return null
  return (
    <FormProvider
      program={reading.program}
      state={state}
      language="JSONPath"
      typing={typing}
      onRenamed={() => {}}
    >
      {state ? <StateForm key={state.id} state={state} /> : <MachineForm />}
    </FormProvider>
  )
}

/** Shows the form of a state. */
function show(id?: string) {
  document.select(id)
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } })
  render(
    <QueryClientProvider client={client}>
      <DocumentProvider document={document}>
        <Form />
      </DocumentProvider>
    </QueryClientProvider>,
  )
}

const box = (testid: string) => within(screen.getByTestId(testid)).getByRole('textbox') as HTMLInputElement

function type(testid: string, text: string) {
  const field = box(testid)
  field.focus()
  fireEvent.change(field, { target: { value: text } })
  return field
}

beforeEach(() => {
  document = new DesignDocument({ text: TEXT, format: 'json' })
  typing = new Typing()
})
afterEach(cleanup)

describe('a field that is typed', () => {
  test('is put into the text when it is left, as one step, and nothing else changes', () => {
    show('/States/Shape')
    const field = type('field-ResultPath', '$.b')
    expect(document.source.text).toBe(TEXT)
    expect(typing.pending.get().changes).toEqual([{ at: '/States/Shape/ResultPath', value: '$.b' }])
    fireEvent.blur(field)
    expect(document.source.text).toBe(TEXT.replace('$.a', '$.b'))
    expect(typing.pending.get().changes).toEqual([])
    document.undo()
    expect(document.source.text).toBe(TEXT)
  })

  test('is put in at Enter, and taken back by Escape and by undo', () => {
    show('/States/Shape')
    fireEvent.keyDown(type('field-ResultPath', '$.b'), { key: 'Enter' })
    expect(document.source.text).toContain('"$.b"')
    const field = type('field-ResultPath', '$.c')
    fireEvent.keyDown(field, { key: 'Escape' })
    expect(field.value).toBe('$.b')
    fireEvent.keyDown(type('field-ResultPath', '$.c'), { key: 'z', ctrlKey: true })
    expect(field.value).toBe('$.b')
    fireEvent.blur(field)
    expect(document.source.text).toBe(TEXT.replace('$.a', '$.b'))
  })

  test('takes itself away when it is emptied', () => {
    show('/States/Shape')
    fireEvent.blur(type('field-ResultPath', ''))
    expect(document.source.text).not.toContain('ResultPath')
  })

  test('never writes broken JSON, and keeps it until one comes back', () => {
    show('/States/Shape')
    fireEvent.blur(type('field-Parameters', '{"a": '))
    expect(document.source.text).toBe(TEXT)
    expect(screen.getByTestId('field-Parameters').textContent).toContain('Line 1, column 7')
    cleanup()
    show('/States/Shape')
    expect(box('field-Parameters').value).toBe('{"a": ')
    fireEvent.blur(type('field-Parameters', '{"a": 1}'))
    expect(document.read().program?.states.get('/States/Shape')?.value.Parameters).toEqual({ a: 1 })
  })

  test('that goes away while it is typed is put in', () => {
    show('/States/Shape')
    type('field-ResultPath', '$.b')
    cleanup()
    expect(document.source.text).toBe(TEXT.replace('$.a', '$.b'))
  })
})

describe('the form', () => {
  test('shows and keeps what it does not know', () => {
    show('/States/Shape')
    expect(box('field-Flavour').value).toBe('{\n  "x": 1\n}')
    fireEvent.blur(type('field-Flavour', '{"x": 2}'))
    expect(document.source.text).toBe(TEXT.replace('{"x": 1}', '{"x": 2}'))
  })

  test('names a state anew, with what leads to it', () => {
    show('/States/Done')
    fireEvent.keyDown(type('field-name', 'Over'), { key: 'Enter' })
    expect(document.source.text).toBe(TEXT.replaceAll('"Done"', '"Over"'))
    fireEvent.keyDown(type('field-name', 'Call'), { key: 'Enter' })
    expect(screen.getByTestId('field-name').textContent).toContain('There is a state named Call already.')
    expect(box('field-name').value).toBe('Call')
  })

  test('adds, fills and removes a retrier', () => {
    show('/States/Call')
    const retry = () => document.read().program?.states.get('/States/Call')?.value.Retry
    fireEvent.click(screen.getByTestId('add-Retry'))
    expect(retry()).toHaveLength(2)
    fireEvent.blur(type('field-MaxAttempts', '5'))
    expect(retry()).toMatchObject([{ MaxAttempts: 2 }, { MaxAttempts: 5 }])
    fireEvent.click(screen.getByRole('button', { name: 'Move retrier 2 up' }))
    expect(retry()).toMatchObject([{ MaxAttempts: 5 }, { MaxAttempts: 2 }])
    fireEvent.click(screen.getByRole('button', { name: 'Remove retrier 1' }))
    fireEvent.click(screen.getByRole('button', { name: 'Remove retrier 1' }))
    expect(retry()).toBeUndefined()
  })

  test('of the machine writes its fields', () => {
    show()
    fireEvent.blur(type('field-TimeoutSeconds', '60'))
    expect(document.read().program?.tree.value).toMatchObject({ TimeoutSeconds: 60 })
    fireEvent.blur(type('field-TimeoutSeconds', 'long'))
    expect(screen.getByTestId('field-TimeoutSeconds').textContent).toContain('Write a number.')
    expect(document.read().program?.tree.value).toMatchObject({ TimeoutSeconds: 60 })
  })
})
