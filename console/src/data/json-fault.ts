import { type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'

/** Where a text stops being JSON, and what is wrong there. Lines and columns count from 1. */
export interface JsonFault {
  offset: number
  line: number
  column: number
  message: string
}

const WORDS: Record<string, string> = {
  InvalidSymbol: 'this is no value that JSON knows; a text needs double quotes',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'the name of a property in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'the value is over, but the text goes on',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the closing double quote is missing',
  InvalidUnicode: 'four hexadecimal digits are needed behind \\u',
  InvalidEscapeCharacter: 'a backslash here needs one of " \\ / b f n r t u behind it',
  InvalidCharacter: 'this character must be written as an escape',
}

/** Checks a text as `JSON.parse` does, and says where it fails. Nothing for JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    // Where, in words: below.
  }
  const errors: ParseError[] = []
  parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const first = errors[0]
  const offset = Math.min(first?.offset ?? 0, text.length)
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - before.lastIndexOf('\n')
  const words = first ? (WORDS[printParseErrorCode(first.error)] ?? 'this is not JSON') : 'this is not JSON'
  return {
    offset,
    line,
    column,
    message: text.trim() === '' ? 'an input is missing; {} is an empty one' : words,
  }
}
