import { X } from 'lucide-react'
import { useId, useState } from 'react'
import { join } from '~/asl/tree'
import { IconButton } from '~/ui/button'
import { INPUT } from '~/ui/field'
import { useForm } from '../form/scope'
import { listOf } from '../form/shape'
import { own } from '../values'
import { RawControl } from './raw'
import { type ControlProps, fieldId } from './types'

/** A list of texts: each can be taken away, and one be put behind them. */
export function WordsControl({
  field,
  at,
  holder,
  known = [],
}: ControlProps & { known?: readonly string[] }) {
  const { change, problemsAt } = useForm()
  const [typed, setTyped] = useState('')
  const id = useId()
  const pointer = join(at, field.key)
  const words = listOf(own(holder, field.key))
  if (!words?.every(word => typeof word === 'string')) {
    return <RawControl field={field} at={at} holder={holder} />
  }
  const problem = problemsAt(pointer)
  const add = () => {
    const word = typed.trim()
    setTyped('')
    if (word !== '' && !words.includes(word)) change([{ at: pointer, value: [...words, word] }])
  }
  const remove = (index: number) => {
    const rest = words.filter((_, other) => other !== index)
    change([{ at: pointer, value: rest.length > 0 ? rest : undefined }])
  }
  return (
    <div className="flex min-w-0 flex-col gap-1" data-testid={fieldId(field.key)}>
      <label htmlFor={id} className="text-label text-muted">
        {field.key}
      </label>
      {words.length > 0 && (
        <ul aria-label={field.key} className="m-0 flex list-none flex-wrap gap-1 p-0">
          {words.map((word, index) => (
            <li
              key={word}
              className="inline-flex min-w-0 items-center rounded-control border border-line bg-canvas pl-2"
            >
              <span className="min-w-0 truncate font-mono text-code">{word}</span>
              <IconButton small label={`Remove ${word}`} onPress={() => remove(index)}>
                <X size={12} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        value={typed}
        onChange={event => setTyped(event.target.value)}
        onBlur={add}
        onKeyDown={event => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
        list={known.length > 0 ? `${id}-known` : undefined}
        placeholder="Add one"
        autoComplete="off"
        spellCheck={false}
        title={field.help}
        data-testid={`${fieldId(field.key)}-add`}
        className={`${INPUT} h-8 font-mono text-code max-sm:h-11`}
      />
      {known.length > 0 && (
        <datalist id={`${id}-known`}>
          {known
            .filter(one => !words.includes(one))
            .map(one => (
              <option key={one} value={one} />
            ))}
        </datalist>
      )}
      {problem !== undefined && <p className="m-0 text-label text-failed">{problem}</p>}
    </div>
  )
}
