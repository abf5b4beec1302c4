import { join } from '~/asl/tree'
import { jsonFault } from '~/data/json-fault'
import { Field as TextField } from '~/ui/field'
import type { Field } from '../fields/types'
import { Row } from '../form/row'
import { useForm } from '../form/scope'
import { type Meaning, useTyped } from '../form/typed'
import { markOf, own, textOf, written } from '../values'
import { changesOf } from './changes'
import { type ControlProps, fieldId } from './types'

/** Lines that an editor of JSON has at most before it scrolls. */
const LINES_MAX = 16

/** A field that is typed: text, a number, a path, an expression or JSON. */
export function TextControl({ field, at, holder }: ControlProps) {
  const { language, problemsAt } = useForm()
  const read = (text: string): Meaning => {
    const result = written(field, text, language)
    if ('fault' in result) return result
    return { changes: changesOf(field, at, holder, result) }
  }
  const json = field.control === 'json'
  const shown = textOf(field, holder, language)
  const many = json || field.control === 'text' || shown.includes('\n')
  const typed = useTyped(join(at, field.key), shown, read, many)
  const fault = typed.fault === 'json' ? place(typed.text) : typed.fault
  const lines = Math.min(LINES_MAX, Math.max(json ? 2 : 1, typed.text.split('\n').length))
  const plain = field.constant || field.control === 'line' || field.control === 'text'
  const other = field.pathKey === undefined ? undefined : problemsAt(join(at, field.pathKey))
  return (
    <Row mark={plain ? undefined : markOf(typed.text.trim(), language)}>
      <TextField
        label={labelOf(field, holder)}
        value={typed.text}
        onChange={typed.onChange}
        onBlur={typed.commit}
        onKeyDown={typed.onKeyDown}
        rows={many ? lines : undefined}
        mono={field.control !== 'text'}
        help={field.help}
        placeholder={field.standard}
        error={fault ?? problemsAt(join(at, field.key)) ?? other}
        data-testid={fieldId(field.key)}
      />
    </Row>
  )
}

/** The name of the field that is set, of the two that exclude each other. */
function labelOf(field: Field, holder: ControlProps['holder']): string {
  return field.pathKey !== undefined && own(holder, field.pathKey) !== undefined ? field.pathKey : field.key
}

function place(text: string): string {
  const fault = jsonFault(text)
  return fault ? `Line ${fault.line}, column ${fault.column}: ${fault.message}.` : 'This is not JSON.'
}
