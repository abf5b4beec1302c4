import type { Format } from '../program'
import type { Style } from './style'

/** How a text is laid out that follows no other. */
export function defaultStyle(format: Format): Style {
  return {
    format,
    unit: '  ',
    eol: '\n',
    colon: ': ',
    comma: ', ',
    pad: format === 'json' ? ' ' : '',
    lines: true,
    shortObjects: false,
    shortArrays: true,
    indentedLists: true,
    quote: "'",
    quoteAll: false,
  }
}
