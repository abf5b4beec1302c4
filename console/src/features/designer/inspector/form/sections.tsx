import { join } from '~/asl/tree'
import { unknownKeys } from '../fields'
import { type Field, keysOf, type Section } from '../fields/types'
import { own } from '../values'
import { Control, Fields, shownOf } from './fields'
import { useForm } from './scope'
import { FormSection } from './section'
import type { Holder } from './shape'

const ORDER: { section: Section; title: string; always: boolean }[] = [
  { section: 'Work', title: 'Settings', always: true },
  { section: 'Data', title: 'Data', always: false },
  { section: 'Variables', title: 'Variables', always: false },
  { section: 'Next', title: 'Next', always: true },
  { section: 'Errors', title: 'Errors', always: false },
  { section: 'About', title: 'About', always: false },
]

interface Props {
  fields: readonly Field[]
  at: string
  holder: Holder
  apart: readonly string[]
  /** The title of what a type has of its own. */
  work: string
}

/** All fields of a state or of the machine, by what they are for. Those that nothing stands in are closed. */
export function Sections({ fields, at, holder, apart, work }: Props) {
  const { problemsAt } = useForm()
  const strange = unknownKeys(holder, fields, apart)
  return (
    <>
      {ORDER.map(({ section, title, always }) => {
        const mine = shownOf(
          fields.filter(field => field.section === section),
          holder,
        )
        if (mine.length === 0) return null
        const keys = mine.flatMap(keysOf)
        const set = keys.filter(key => own(holder, key) !== undefined)
        const bad = keys.some(key => problemsAt(join(at, key)) !== undefined)
        return (
          <FormSection
            key={section}
            title={section === 'Work' ? work : title}
            open={always || set.length > 0 || bad}
            note={set.length > 0 ? set.join(', ') : mine.map(field => field.key).join(', ')}
            bad={bad}
          >
            {mine.map(field => (
              <Control key={field.key} field={field} at={at} holder={holder} />
            ))}
          </FormSection>
        )
      })}
      {strange.length > 0 && (
        <FormSection title="Other fields" open note={strange.join(', ')}>
          <Fields fields={[]} at={at} holder={holder} apart={[...apart, ...fields.flatMap(keysOf)]} />
        </FormSection>
      )}
    </>
  )
}
