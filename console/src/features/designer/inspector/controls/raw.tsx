import { TextControl } from './text'
import type { ControlProps } from './types'

/** A field that no form knows, or that is not what the form expects: as JSON, and kept as it is. */
export function RawControl({ field, at, holder }: ControlProps) {
  return <TextControl field={{ ...field, control: 'json', pathKey: undefined }} at={at} holder={holder} />
}
