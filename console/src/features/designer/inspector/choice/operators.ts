/** The tests of a choice rule in JSONPath. */

type OperandKind = 'text' | 'number' | 'boolean' | 'time' | 'is'

export interface Operator {
  /** Such as `NumericLessThan`; without `Path`. */
  name: string
  /** In words: `number is less than`. */
  label: string
  kind: OperandKind
  /** Whether the other side may be a path: `NumericLessThanPath`. */
  path: boolean
}

const COMPARISONS: [suffix: string, label: string][] = [
  ['Equals', '='],
  ['LessThan', '<'],
  ['GreaterThan', '>'],
  ['LessThanEquals', '≤'],
  ['GreaterThanEquals', '≥'],
]

const ordered = (prefix: string, noun: string, kind: OperandKind): Operator[] =>
  COMPARISONS.map(([suffix, sign]) => ({
    name: prefix + suffix,
    label: `${noun} ${sign}`,
    kind,
    path: true,
  }))

const is = (name: string, label: string): Operator => ({ name, label, kind: 'is', path: false })

export const OPERATORS: readonly Operator[] = [
  is('IsPresent', 'is present'),
  is('IsNull', 'is null'),
  is('IsString', 'is a text'),
  is('IsNumeric', 'is a number'),
  is('IsBoolean', 'is a boolean'),
  is('IsTimestamp', 'is a time'),
  ...ordered('String', 'text', 'text'),
  { name: 'StringMatches', label: 'text matches', kind: 'text', path: false },
  ...ordered('Numeric', 'number', 'number'),
  { name: 'BooleanEquals', label: 'boolean =', kind: 'boolean', path: true },
  ...ordered('Timestamp', 'time', 'time'),
]

const byKey = new Map<string, { operator: Operator; path: boolean }>(
  OPERATORS.flatMap(operator => {
    const plain = [operator.name, { operator, path: false }] as const
    return operator.path ? [plain, [`${operator.name}Path`, { operator, path: true }] as const] : [plain]
  }),
)

/** The operator that a key of a rule is. */
export function operatorOf(key: string): { operator: Operator; path: boolean } | undefined {
  return byKey.get(key)
}

/** Every key that is an operator. */
export const OPERATOR_KEYS = [...byKey.keys()]

/** What the other side begins with. */
function firstOperand(operator: Operator, path: boolean): unknown {
  if (path) return '$.other'
  switch (operator.kind) {
    case 'number':
      return 0
    case 'text':
      return ''
    case 'time':
      return '2030-01-01T00:00:00Z'
    default:
      return true
  }
}

/** The operand that stays when the operator changes to another one, or a fresh one. */
export function carriedOperand(old: unknown, was: boolean, operator: Operator, path: boolean): unknown {
  if (path) return was && typeof old === 'string' ? old : firstOperand(operator, true)
  if (was) return firstOperand(operator, false)
  const fits = {
    text: typeof old === 'string',
    time: typeof old === 'string',
    number: typeof old === 'number',
    boolean: typeof old === 'boolean',
    is: typeof old === 'boolean',
  }[operator.kind]
  return fits ? old : firstOperand(operator, false)
}
