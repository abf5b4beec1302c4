import { Plus } from 'lucide-react'
import { useState } from 'react'
import { join } from '~/asl/tree'
import { jsonFault } from '~/data/json-fault'
import { Button } from '~/ui/button'
import { INPUT, Field as TextField } from '~/ui/field'
import { type Parameter, useParameters } from '../api'
import { Row } from '../form/row'
import { useForm } from '../form/scope'
import { isObject } from '../form/shape'
import { useTyped } from '../form/typed'
import { isLine, type ParameterRow, parameterChange, parameterText, rowsOf } from '../parameters'
import { markOf, own } from '../values'
import { TextControl } from './text'
import type { ControlProps } from './types'

/** What an action is told: a field for each parameter that the server knows, or all as JSON. */
export function ParametersControl({ field, at, holder }: ControlProps) {
  const { state, problemsOn } = useForm()
  const known = useParameters(state?.resource)
  const [asJson, setAsJson] = useState(false)
  const value = own(holder, field.key)
  const formable = known !== undefined && (value === undefined || isObject(value))
  const pointer = join(at, field.key)
  const problem = problemsOn(pointer)
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-3 border-0 p-0">
      <legend className="mb-1 flex w-full items-center justify-between gap-2 p-0 text-label text-muted">
        {field.key}
        {formable && (
          <Button
            small
            tone="quiet"
            aria-pressed={asJson}
            onPress={() => setAsJson(!asJson)}
            data-testid="parameters-json"
          >
            {asJson ? 'As form' : 'As JSON'}
          </Button>
        )}
      </legend>
      {formable && !asJson ? (
        <>
          <Rows known={known} at={pointer} holder={value ?? {}} />
          {problem !== undefined && <p className="m-0 text-label text-failed">{problem}</p>}
        </>
      ) : (
        <TextControl field={{ ...field, control: 'json' }} at={at} holder={holder} />
      )}
    </fieldset>
  )
}

function Rows({ known, at, holder }: { known: Parameter[]; at: string; holder: Record<string, unknown> }) {
  const { language } = useForm()
  const [added, setAdded] = useState<string[]>([])
  const rows = rowsOf(known, holder, language)
  const there = new Set(rows.map(row => row.name))
  const extra = added
    .filter(name => !there.has(name))
    .map(name => {
      const parameter = known.find(one => one.name === name) ?? { name, required: false, type: 'any' }
      return { ...parameter, key: undefined, value: undefined }
    })
  const shown = [...rows, ...extra]
  const free = known.filter(one => !shown.some(row => row.name === one.name)).map(one => one.name)
  return (
    <>
      {shown.map(row => (
        <ParameterField key={row.name} row={row} at={at} />
      ))}
      <AddParameter names={free} onAdd={name => setAdded([...added, name])} />
    </>
  )
}

function ParameterField({ row, at }: { row: ParameterRow; at: string }) {
  const { language, problemsAt } = useForm()
  const typed = useTyped(
    join(at, row.name),
    parameterText(row),
    text => parameterChange(row, text, at, language),
    !isLine(row),
  )
  const fault = typed.fault && jsonFault(typed.text)
  const help = [row.type === 'any' ? '' : `${row.type}.`, row.documentation].filter(Boolean).join(' ')
  return (
    <Row mark={markOf(typed.text.trim(), language)}>
      <TextField
        label={row.required ? `${row.name} *` : row.name}
        aria-label={row.required ? `${row.name}, required` : row.name}
        value={typed.text}
        onChange={typed.onChange}
        onBlur={typed.commit}
        onKeyDown={typed.onKeyDown}
        rows={isLine(row) ? undefined : Math.min(12, Math.max(2, typed.text.split('\n').length))}
        mono
        help={help || undefined}
        error={
          fault
            ? `Line ${fault.line}, column ${fault.column}: ${fault.message}.`
            : row.key === undefined
              ? undefined
              : problemsAt(join(at, row.key))
        }
        data-testid={`parameter-${row.name}`}
      />
    </Row>
  )
}

function AddParameter({ names, onAdd }: { names: string[]; onAdd: (name: string) => void }) {
  const [typed, setTyped] = useState('')
  const add = () => {
    if (typed.trim() !== '') onAdd(typed.trim())
    setTyped('')
  }
  return (
    <div className="flex gap-2">
      <input
        aria-label="Name of another parameter"
        value={typed}
        onChange={event => setTyped(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
        list="inspector-parameters"
        placeholder="Another parameter"
        autoComplete="off"
        spellCheck={false}
        data-testid="add-parameter-name"
        className={`${INPUT} h-8 font-mono text-code max-sm:h-11`}
      />
      <datalist id="inspector-parameters">
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Button onPress={add} isDisabled={typed.trim() === ''} data-testid="add-parameter">
        <Plus size={14} aria-hidden="true" />
        Add
      </Button>
    </div>
  )
}
