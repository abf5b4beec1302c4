import { Checkbox, Field } from '~/ui/field'
import { Select } from '~/ui/select'
import type { Typed } from './check'
import type { FormField, FormSchema } from './schema'

/** The fields of a form that a workflow asks for. */
export function FormFields({
  form,
  typed,
  errors,
  onChange,
}: {
  form: FormSchema
  typed: Typed
  /** Shown at the fields; none until the form was sent or a field was left. */
  errors: Record<string, string>
  onChange: (name: string, value: string | boolean) => void
}) {
  return (
    <div className="flex flex-col gap-3" data-testid="form">
      {form.title && <h3 className="font-strong">{form.title}</h3>}
      {form.description && <p className="text-muted">{form.description}</p>}
      {form.fields.map(field => (
        <One
          key={field.name}
          field={field}
          value={typed[field.name] ?? ''}
          error={errors[field.name]}
          onChange={value => onChange(field.name, value)}
        />
      ))}
    </div>
  )
}

interface OneProps {
  field: FormField
  value: string | boolean
  error?: string
  onChange: (value: string | boolean) => void
}

function One({ field, value, error, onChange }: OneProps) {
  const label = field.required && field.kind !== 'boolean' ? `${field.title} *` : field.title
  const testid = `form-${field.name}`
  if (field.kind === 'boolean') {
    return (
      <div className="flex flex-col gap-1">
        <Checkbox isSelected={value === true} onChange={onChange} data-testid={testid}>
          {field.title}
        </Checkbox>
        {field.description && <p className="text-label text-muted">{field.description}</p>}
      </div>
    )
  }
  if (field.kind === 'choice') {
    const none = { id: '', label: field.required ? 'Choose…' : 'None' }
    const choices = field.choices.map((choice, index) => ({ id: String(index), label: choice.label }))
    return (
      <Select
        label={label}
        choices={[none, ...choices]}
        value={String(value)}
        onChange={onChange}
        help={field.description}
        error={error}
        className="max-w-md"
        data-testid={testid}
      />
    )
  }
  return (
    <Field
      label={label}
      help={field.description}
      value={String(value)}
      onChange={onChange}
      error={error}
      type={field.kind === 'date' ? 'date' : 'text'}
      inputMode={field.kind === 'number' || field.kind === 'integer' ? 'decimal' : undefined}
      rows={field.kind === 'text' ? 4 : field.kind === 'json' ? 5 : undefined}
      mono={field.kind === 'json'}
      className={field.kind === 'text' || field.kind === 'json' ? 'max-w-2xl' : 'max-w-md'}
      data-testid={testid}
    />
  )
}
