import { join } from '~/asl/tree'
import type { FieldChange } from '../change'
import type { Field } from '../fields/types'
import { own } from '../values'
import type { ControlProps } from './types'

/** What changes in the definition: of two fields that exclude each other one takes the other's place. */
export function changesOf(
  field: Field,
  at: string,
  holder: ControlProps['holder'],
  { key, value }: { key: string; value: unknown },
): FieldChange[] {
  const keys = field.pathKey === undefined ? [field.key] : [field.key, field.pathKey]
  const set = keys.filter(one => own(holder, one) !== undefined)
  if (value === undefined) return set.map(one => ({ at: join(at, one), value: undefined }))
  const other = set.find(one => one !== key)
  if (other === undefined) return [{ at: join(at, key), value }]
  if (set.includes(key)) {
    return [
      { at: join(at, key), value },
      { at: join(at, other), value: undefined },
    ]
  }
  return [{ at: join(at, other), value, rename: key }]
}
