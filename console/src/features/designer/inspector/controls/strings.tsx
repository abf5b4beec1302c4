import type { ControlProps } from './types'
import { WordsControl } from './words'

export function StringsControl(props: ControlProps) {
  return <WordsControl {...props} />
}
