import type { Field } from '../fields/types'

/** What every control is given: its field, and the object that the field stands in. */
export interface ControlProps {
  field: Field
  /** JSON pointer of the holder. */
  at: string
  holder: Record<string, unknown>
}

/** Test id of a field, from where it stands below its state. */
export function fieldId(key: string): string {
  return `field-${key}`
}
